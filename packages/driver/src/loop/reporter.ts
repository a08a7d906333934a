import type { Bus } from "@labloop/bus";
import { crc32 } from "node:zlib";
import {
  type Cancel,
  type Clock,
  type CommandError,
  type DeviceMessage,
  LabError,
  type Log,
  type ProbeOutcome,
  type RefusalCode,
  type Snapshot,
  type Stopped,
} from "@labloop/contracts";
import type { Evidence } from "../define-device.ts";
import type { CommandRecord } from "../store/command-record.ts";
import type { DeviceStore } from "../store/device-store.ts";
import type { ResultChunk } from "../store/kept-result.ts";
import { createBackOff } from "./back-off.ts";
import { factOf, type SnapshotPart, timestamp } from "./messages.ts";

/** Contract D6. */
const firstRedeliveryMs = 1_000;
const longestRedeliveryMs = 60_000;
/** Chosen: as often as a person wants to see a bar move. */
const progressEveryMs = 1_000;
/** Chosen: answers to bad messages that may be under way at once; the others are counted and not answered (I10). */
const maxRefusalsUnderWay = 100;

type Body<M> = M extends DeviceMessage ? Omit<M, "v" | "device" | "issuedAt"> : never;

export interface ReporterOptions {
  readonly deviceId: string;
  readonly bootId: string;
  readonly store: DeviceStore;
  readonly linkClock: Clock;
  readonly log: Log;
  readonly bus: () => Bus | null;
  /** Called with every end, once it is durable and has been said for the first time in this boot. */
  readonly onEnd?: (record: CommandRecord) => void;
}

/** Everything a device says about commands. A message that does not get out is either said again or was display only. */
export interface Reporter {
  /** Says what the journal says; an end, or a part of a result, again and again until it is acknowledged (D6, D20). */
  report(record: CommandRecord): void;
  /** Says every unacknowledged end and part, as after a connect (D6). */
  reportUnacked(): void;
  /** Stops repeating these. */
  acknowledged(commandIds: readonly string[]): void;
  refuse(code: RefusalCode, message: string, about: { commandId?: string; rid?: string }): void;
  refusals(): Readonly<Partial<Record<RefusalCode, number>>>;
  progress(commandId: string, fraction: number): void;
  /** Resolves with whether every part got out. */
  snapshot(rid: string, parts: readonly SnapshotPart[]): Promise<boolean>;
  probeResult(
    rid: string,
    commandId: string,
    found: { outcome: ProbeOutcome; decisive: boolean; evidence: Evidence },
  ): void;
  /** Answers `pause`, `resume` or `fence`; `error` says why not. */
  controlResult(rid: string, error: CommandError | null): void;
  /** Answers `get-blob`. */
  blob(sha256: string, idx: number, chunk: ResultChunk): void;
  /** Answers an E-STOP; not repeated, since the engine asks again. */
  stopped(stopId: number, tookMs: number, running: Stopped["running"]): void;
  /** Says nothing from now on. */
  silence(): void;
}

/** Returns the reporter of one driver start. */
export function createReporter(options: ReporterOptions): Reporter {
  const { deviceId, bootId, store, linkClock, log, bus, onEnd } = options;
  const repeating = new Map<string, { readonly backOff: ReturnType<typeof createBackOff>; cancel: Cancel }>();
  const counts: Partial<Record<RefusalCode, number>> = {};
  const lastProgressAt = new Map<string, number>();
  let rseq = 0;
  let refusalsUnderWay = 0;
  let isSilent = false;

  const send = async (body: Body<DeviceMessage>): Promise<boolean> => {
    const link = bus();
    if (isSilent || link === null || !link.isUp) return false;
    try {
      await link.publish("report", deviceId, { v: 1, device: deviceId, issuedAt: timestamp(linkClock.now()), ...body });
      return true;
    } catch (error) {
      const isLost = error instanceof LabError && (error.code === "bus.down" || error.code === "bus.timeout");
      if (isLost) log.debug({ kind: body.kind }, "a message did not get out: the bus went down");
      else log.error({ kind: body.kind, error }, "the bus does not take this message");
      return false;
    }
  };

  const publishFact = (record: CommandRecord) => {
    rseq++;
    const { jseq, fence } = store.head;
    void send({ kind: "report", bootId, rseq, jseq, fence, ...factOf(record) });
  };

  const stopRepeating = (commandId: string) => {
    repeating.get(commandId)?.cancel();
    repeating.delete(commandId);
  };

  const repeat = (commandId: string) => {
    const entry = repeating.get(commandId);
    if (entry === undefined) return;
    entry.cancel = linkClock.at(linkClock.now() + entry.backOff.next(), () => {
      const record = isSilent ? null : store.find(commandId);
      // Nobody hears a device that is offline; the next connect starts anew.
      if (record === null || record.isAcked || bus()?.isUp !== true) {
        repeating.delete(commandId);
        return;
      }
      publishFact(record);
      repeat(commandId);
    });
  };

  const report = (record: CommandRecord) => {
    if (isSilent) return;
    publishFact(record);
    const isPart = record.settledAt === null && record.partial !== undefined;
    if ((record.settledAt === null && !isPart) || record.isAcked) return;
    stopRepeating(record.commandId);
    if (!isPart) {
      lastProgressAt.delete(record.commandId);
      onEnd?.(record);
    }
    repeating.set(record.commandId, {
      backOff: createBackOff(firstRedeliveryMs, longestRedeliveryMs),
      cancel: () => {},
    });
    repeat(record.commandId);
  };

  return {
    report,
    reportUnacked() {
      if (isSilent) return;
      for (const record of store.unacked()) {
        if (record.settledAt !== null || record.partial !== undefined) report(record);
      }
    },
    acknowledged(commandIds) {
      for (const commandId of commandIds) stopRepeating(commandId);
    },
    refuse(code, message, about) {
      if (isSilent) return;
      counts[code] = (counts[code] ?? 0) + 1;
      const isAlarming = code === "id-conflict" || code === "dseq-conflict";
      log[isAlarming ? "error" : "warn"]({ code, ...about }, `refused: ${message}`);
      if (refusalsUnderWay >= maxRefusalsUnderWay) return;
      refusalsUnderWay++;
      const { fence, watermark } = store.head;
      void send({ kind: "refusal", code, message, fence, watermark, ...about }).then(() => {
        refusalsUnderWay--;
      });
    },
    refusals: () => ({ ...counts }),
    progress(commandId, fraction) {
      const now = linkClock.now();
      if (!(fraction >= 0 && fraction <= 1)) return;
      if (now - (lastProgressAt.get(commandId) ?? Number.NEGATIVE_INFINITY) < progressEveryMs) return;
      lastProgressAt.set(commandId, now);
      void send({ kind: "progress", bootId, commandId, fraction });
    },
    async snapshot(rid, parts) {
      const { journalId, jseq, fence, watermark, maxDseq, stopId } = store.head;
      const head: Omit<Snapshot, "v" | "device" | "issuedAt" | "part" | "parts" | "entries" | "unlisted"> = {
        kind: "snapshot",
        rid,
        journalId,
        bootId,
        jseq,
        fence,
        watermark,
        maxDseq,
        ...(stopId === 0 ? {} : { stopId }),
      };
      const sent = await Promise.all(parts.map((one, part) => send({ ...head, part, parts: parts.length, ...one })));
      return sent.every(Boolean);
    },
    probeResult(rid, commandId, found) {
      void send({ kind: "probe-result", rid, commandId, ...found });
    },
    controlResult(rid, error) {
      void send({ kind: "control-result", rid, ok: error === null, ...(error === null ? {} : { error }) });
    },
    blob(sha256, idx, { n, bytes }) {
      const link = bus();
      if (isSilent || link === null || !link.isUp) return;
      const issuedAt = timestamp(linkClock.now());
      const data = Buffer.from(bytes).toString("base64");
      const chunk = {
        v: 1,
        kind: "blob",
        device: deviceId,
        issuedAt,
        sha256,
        idx,
        n,
        crc32: crc32(bytes),
        data,
      } as const;
      link.publish("blob", deviceId, chunk).catch((error: unknown) => {
        // The engine asks again for what it has not got.
        log.debug({ sha256, idx, error }, "a chunk of a result did not get out");
      });
    },
    stopped(stopId, tookMs, running) {
      void send({ kind: "stopped", stopId, tookMs, running });
    },
    silence() {
      isSilent = true;
      for (const commandId of repeating.keys()) stopRepeating(commandId);
    },
  };
}
