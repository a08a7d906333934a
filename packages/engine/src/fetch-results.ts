import { crc32 } from "node:zlib";
import type { Bus } from "@labloop/bus";
import { type BlobChunk, type Cancel, type Clock, type LabEvent, type Log, Values } from "@labloop/contracts";
import { sha256 } from "@labloop/contracts/digest";
import type { Decision } from "./decide/decision.ts";
import type { Outlet } from "./outlet.ts";
import type { AwaitedResult, EngineState } from "./state.ts";

/** Bytes of a chunk, and how many are asked for at once (contract section 13). */
const chunkBytes = 128 * 1024;
const window = 8;
/** How long a chunk may take before it is asked for again, ms of the link clock; chosen. */
const patienceMs = 5_000;
/** The largest result that is taken, bytes; chosen, as one is held in memory at a time. */
const largest = 64 * 1024 * 1024;

interface Fetch {
  readonly wanted: AwaitedResult;
  readonly chunks: Map<number, Uint8Array>;
  readonly count: number;
  readonly asked: Set<number>;
  cancel: Cancel;
}

/** Fetches the large results that the state waits for, one at a time. */
export interface ResultFetcher {
  /** Brings what is fetched in line with a state: a restarted engine goes on with what its journal waits for. */
  follow(state: EngineState): void;
  hear(chunk: BlobChunk): void;
  stop(): void;
}

/**
 * Returns who fetches them: eight chunks are asked for at once, and again when they do not come; each is checked by its
 * own sum and all by the digest that was announced, and what does not verify is fetched anew.
 */
export function createResultFetcher(options: {
  readonly bus: Bus;
  readonly outlet: Outlet;
  readonly linkClock: Clock;
  readonly state: () => EngineState;
  readonly take: (input: (state: EngineState) => Decision) => void;
  readonly log: Log;
}): ResultFetcher {
  const { bus, outlet, linkClock, state, take, log } = options;
  let current: Fetch | null = null;

  function isInReach(device: string): boolean {
    const phase = state().devices.get(device)?.chart.value;
    return phase !== undefined && phase !== "offline" && phase !== "local";
  }

  function begin(wanted: AwaitedResult): void {
    const count = Math.ceil(wanted.size / chunkBytes);
    current = { wanted, chunks: new Map(), count, asked: new Set(), cancel: () => undefined };
    if (wanted.size > largest) settle(current, {}, `it has ${wanted.size} bytes, at most ${largest}`);
    else askMore(current);
  }

  function settle({ wanted: { commandId } }: Fetch, result: Values, problem?: string): void {
    const fetched = { type: "step.resultFetched", commandId, result } as const;
    const event: LabEvent = problem === undefined ? fetched : { ...fetched, problem };
    take((now) => ({ events: now.awaited.has(commandId) ? [event] : [], effects: [] }));
  }

  function askMore(fetch: Fetch): void {
    for (let idx = 0; idx < fetch.count && fetch.asked.size < window; idx++) {
      if (fetch.chunks.has(idx) || fetch.asked.has(idx)) continue;
      fetch.asked.add(idx);
      ask(fetch.wanted, idx);
    }
    fetch.cancel();
    fetch.cancel = linkClock.at(linkClock.now() + patienceMs, () => {
      fetch.asked.clear();
      askMore(fetch);
    });
  }

  function ask({ device, sha256: digest }: AwaitedResult, idx: number): void {
    // One that is away, or in the hands of staff, is asked when it is back (E16).
    if (!bus.isUp || !isInReach(device)) return;
    const { epoch, engineId } = state();
    const issuedAt = new Date(linkClock.now()).toISOString();
    const request = { v: 1, kind: "get-blob", device, issuedAt, epoch, engineId, sha256: digest, idx } as const;
    outlet
      .publish("control", device, request)
      .catch((error: Error) => log.debug({ device, idx, error: error.message }, "a chunk could not be asked for"));
  }

  function finish(fetch: Fetch): void {
    const { sha256: digest, commandId, device } = fetch.wanted;
    const bytes = Buffer.concat([...fetch.chunks].sort(([a], [b]) => a - b).map(([, chunk]) => chunk));
    if (sha256(bytes) !== digest) {
      log.warn(
        { device, commandId },
        "a large result does not have the digest that was announced; it is fetched again",
      );
      fetch.chunks.clear();
      return;
    }
    fetch.cancel();
    const result = readValues(bytes);
    if (result === null) settle(fetch, {}, "it is not the JSON of a result");
    else settle(fetch, result);
  }

  return {
    follow({ awaited }) {
      const wanted = [...awaited.values()];
      const isAwaited = current !== null && awaited.has(current.wanted.commandId);
      const inReach = wanted.find(({ device }) => isInReach(device));
      // One whose device is away does not keep the others waiting.
      if (isAwaited && (inReach === undefined || isInReach(current?.wanted.device ?? ""))) return;
      current?.cancel();
      current = null;
      const next = inReach ?? wanted[0];
      if (next !== undefined) begin(next);
    },
    hear({ device, sha256: digest, idx, n, crc32: sum, data }) {
      const fetch = current;
      if (fetch === null || fetch.wanted.device !== device || fetch.wanted.sha256 !== digest) return;
      if (n !== fetch.count || idx >= n || fetch.chunks.has(idx)) return;
      const bytes = Buffer.from(data, "base64");
      const length = idx === n - 1 ? fetch.wanted.size - idx * chunkBytes : chunkBytes;
      // A chunk that is damaged on the way is asked for again in its time.
      if (bytes.length !== length || crc32(bytes) !== sum) return;
      fetch.chunks.set(idx, bytes);
      fetch.asked.delete(idx);
      if (fetch.chunks.size === fetch.count) finish(fetch);
      else askMore(fetch);
    },
    stop() {
      current?.cancel();
      current = null;
    },
  };
}

function readValues(bytes: Uint8Array): Values | null {
  try {
    const parsed = Values.safeParse(JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)));
    return parsed.success ? parsed.data : null;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return null;
    throw error;
  }
}
