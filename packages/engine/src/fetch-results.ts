import { crc32 } from "node:zlib";
import type { Bus } from "@labloop/bus";
import {
  type BlobChunk,
  type Cancel,
  type Clock,
  type LabEvent,
  type Log,
  type ResultInlet,
  Values,
} from "@labloop/contracts";
import { sha256 } from "@labloop/contracts/digest";
import { canFetchFrom } from "./decide/can-fetch-from.ts";
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
/** How often a whole result is fetched that turns out to have another digest; chosen. */
const maxFetches = 3;
/** How many patiences in a row may bring nothing from a device that is in reach: five minutes; chosen. */
const maxIdleRounds = 60;
/** How long a device that can put its results has for the first byte, and for each further one, ms; chosen. */
const uploadPatienceMs = 10_000;

interface Fetch {
  readonly wanted: AwaitedResult;
  readonly chunks: Map<number, Uint8Array>;
  readonly count: number;
  readonly asked: Set<number>;
  /** Whole fetches that did not verify, and patiences since the last chunk. */
  failures: number;
  idleRounds: number;
  /** Until when it is left to the device to put it, on the link clock; the chunks are asked for then. */
  putUntil: number;
  cancel: Cancel;
}

/** Fetches the large results that the state waits for, one at a time. */
export interface ResultFetcher {
  /** Brings what is fetched in line with a state: a restarted engine goes on with what its journal waits for. */
  follow(state: EngineState): void;
  hear(chunk: BlobChunk): void;
  /** For what devices put by themselves. */
  readonly inlet: ResultInlet;
  stop(): void;
}

/**
 * Returns who fetches them: eight chunks are asked for at once, and again when they do not come; each is checked by its
 * own sum and all by the digest that was announced. What does not verify is fetched anew a few times, and then given up by
 * name. A device that can put its results, where there is a place to put them to, is left to do so first.
 */
export function createResultFetcher(options: {
  readonly bus: Bus;
  readonly outlet: Outlet;
  readonly linkClock: Clock;
  readonly state: () => EngineState;
  readonly take: (input: (state: EngineState) => Decision) => void;
  /** Whether devices are told where to put their results. */
  readonly hasUploads: boolean;
  readonly log: Log;
}): ResultFetcher {
  const { bus, outlet, linkClock, state, take, hasUploads, log } = options;
  let current: Fetch | null = null;

  const isInReach = (device: string) => canFetchFrom(state(), device);

  function begin(wanted: AwaitedResult): void {
    const count = Math.ceil(wanted.size / chunkBytes);
    const canPut = hasUploads && state().devices.get(wanted.device)?.caps?.contract.features.includes("http-results");
    const putUntil = canPut === true ? linkClock.now() + uploadPatienceMs : 0;
    const fresh = { chunks: new Map(), asked: new Set<number>(), failures: 0, idleRounds: 0, cancel: () => undefined };
    current = { wanted, count, putUntil, ...fresh };
    if (wanted.size > largest) giveUp(current, `it has ${wanted.size} bytes, at most ${largest}`);
    else askMore(current);
  }

  function settle({ wanted: { commandId } }: Fetch, result: Values, problem?: string): void {
    const fetched = { type: "step.resultFetched", commandId, result } as const;
    const event: LabEvent = problem === undefined ? fetched : { ...fetched, problem };
    take((now) => ({ events: now.awaited.has(commandId) ? [event] : [], effects: [] }));
  }

  /** What cannot be had is a fault of the observation: the run must not wait for it for ever. */
  function giveUp(fetch: Fetch, why: string): void {
    fetch.cancel();
    const { sha256: digest, device } = fetch.wanted;
    settle(fetch, {}, `the result ${digest} on ${device} is not to be had: ${why}`);
  }

  function askMore(fetch: Fetch): void {
    const isLeft = linkClock.now() < fetch.putUntil;
    for (let idx = 0; !isLeft && idx < fetch.count && fetch.asked.size < window; idx++) {
      if (fetch.chunks.has(idx) || fetch.asked.has(idx)) continue;
      fetch.asked.add(idx);
      ask(fetch.wanted, idx);
    }
    fetch.cancel();
    fetch.cancel = linkClock.at(linkClock.now() + patienceMs, () => {
      fetch.asked.clear();
      if (bus.isUp && isInReach(fetch.wanted.device)) fetch.idleRounds++;
      if (fetch.idleRounds < maxIdleRounds) askMore(fetch);
      else giveUp(fetch, `nothing of it has come for ${(maxIdleRounds * patienceMs) / 1_000} s`);
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

  /** What is whole by now either is what was announced, or is fetched anew. */
  function finish(fetch: Fetch): "whole" | "wrong" {
    const { sha256: digest, commandId, device } = fetch.wanted;
    const bytes = Buffer.concat([...fetch.chunks].sort(([a], [b]) => a - b).map(([, chunk]) => chunk));
    if (sha256(bytes) !== digest) {
      fetch.chunks.clear();
      fetch.failures++;
      log.warn({ device, commandId }, "a large result does not have the digest that was announced");
      if (fetch.failures < maxFetches) askMore(fetch);
      else giveUp(fetch, `${maxFetches} times it came with another digest`);
      return "wrong";
    }
    fetch.cancel();
    const result = readValues(bytes);
    if (result === null) giveUp(fetch, "it is not the JSON of a result");
    else settle(fetch, result);
    return "whole";
  }

  /** Whether it is a chunk of the result that was not there yet. */
  function keep(fetch: Fetch, idx: number, bytes: Uint8Array): boolean {
    const { chunks, count, wanted, asked } = fetch;
    const length = idx === count - 1 ? wanted.size - idx * chunkBytes : chunkBytes;
    if (!Number.isInteger(idx) || idx >= count || bytes.length !== length || chunks.has(idx)) return false;
    chunks.set(idx, bytes);
    asked.delete(idx);
    fetch.idleRounds = 0;
    return true;
  }

  function heldOf({ chunks, count, wanted }: Fetch): number {
    let n = 0;
    while (chunks.has(n)) n++;
    return n === count ? wanted.size : n * chunkBytes;
  }

  const fetched = (digest: string) =>
    current?.wanted.sha256 === digest && state().awaited.has(current.wanted.commandId) ? current : null;

  const inlet: ResultInlet = {
    chunkBytes,
    progress(digest) {
      const fetch = fetched(digest);
      return fetch === null ? null : { size: fetch.wanted.size, held: heldOf(fetch) };
    },
    put(digest, offset, bytes) {
      const fetch = fetched(digest);
      if (fetch === null) return "unwanted";
      fetch.putUntil = linkClock.now() + uploadPatienceMs;
      for (let at = 0; at < bytes.length; at += chunkBytes) {
        keep(fetch, (offset + at) / chunkBytes, bytes.slice(at, at + chunkBytes));
      }
      return heldOf(fetch) === fetch.wanted.size ? finish(fetch) : "more";
    },
  };

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
      const bytes = Buffer.from(data, "base64");
      // A chunk that is damaged on the way is asked for again in its time.
      if (n !== fetch.count || crc32(bytes) !== sum || !keep(fetch, idx, bytes)) return;
      if (fetch.chunks.size === fetch.count) finish(fetch);
      else askMore(fetch);
    },
    inlet,
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
