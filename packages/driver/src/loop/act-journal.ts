import { type Clock, type Log, sleep } from "@labloop/contracts";
import type { CommandRecord } from "../store/command-record.ts";
import type { DeviceStore, JournalChange } from "../store/device-store.ts";
import type { Act } from "./act.ts";
import { createBackOff } from "./back-off.ts";
import { type End, type Moment, settledRecord } from "./facts.ts";
import type { Reporter } from "./reporter.ts";

export interface ActJournalOptions<Session> {
  readonly store: DeviceStore;
  readonly reporter: Reporter;
  readonly linkClock: Clock;
  readonly moment: () => Moment;
  /** Called when the end of an act is durable, before it is reported. */
  readonly free: (act: Act<Session>) => void;
  /** Aborted at shutdown. */
  readonly shutdown: AbortSignal;
  readonly log: Log;
}

/** Makes durable what becomes of acts, and knows whether the device can keep its journal. */
export interface ActJournal<Session> {
  /** Whether a write has failed, and none has succeeded since, whoever made it. */
  isFailing(): boolean;
  /** Writes the record once; throws the store's error. */
  write(record: CommandRecord): void;
  /** D5: the end is durable first, then the device is free, then it is reported. */
  settle(act: Act<Session>, end: End): Promise<void>;
}

/** Returns the act journal of one driver start. */
export function createActJournal<Session>(options: ActJournalOptions<Session>): ActJournal<Session> {
  const { store, reporter, linkClock, moment, free, shutdown, log } = options;
  /** The journal as it stood when a write failed: whatever anybody has written since shows that it can be written again. */
  let failedAt: number | null = null;

  function write(record: CommandRecord, beside: Pick<JournalChange, "result"> = {}): void {
    try {
      store.write({ record, ...beside });
    } catch (error) {
      failedAt = store.head.jseq;
      throw error;
    }
  }

  /** Writes the end on the record as it is by then, again and again until the journal takes it (D10). */
  async function persist(commandId: string, wanted: End): Promise<CommandRecord | null> {
    const backOff = createBackOff(1_000, 60_000);
    for (;;) {
      const record = store.find(commandId);
      if (record === null || record.settledAt !== null) return null;
      // Only what has not started can be cancelled, whatever has happened since somebody decided so.
      if (wanted.state === "cancelled" && record.state !== "accepted") return null;
      const end = affordable(wanted);
      const next = settledRecord(record, moment(), end);
      const { large } = end;
      try {
        write(next, large === undefined ? {} : { result: { commandId, sha256: large.ref.sha256, bytes: large.bytes } });
        return next;
      } catch (error) {
        log.error({ commandId, error }, "the device journal cannot be written; trying again");
        await sleep(linkClock, backOff.next(), shutdown);
      }
    }
  }

  /** Without room for it a result is lost, and said to be: the act took place all the same. */
  function affordable(end: End): End {
    const { large, executed, evidence } = end;
    if (large === undefined || large.bytes.length <= store.resultRoom()) return end;
    const message =
      `the result has ${large.bytes.length} bytes, and this device keeps ${store.resultRoom()} more: ` +
      "results make room once the engine has fetched and acknowledged them";
    return {
      state: "failed",
      physical: "full",
      error: { code: "device.resultQuota", message, class: "instrument" },
      ...(executed === undefined ? {} : { executed }),
      ...(evidence === undefined ? {} : { evidence }),
    };
  }

  return {
    isFailing: () => failedAt !== null && store.head.jseq === failedAt,
    write,
    async settle(act, end) {
      const record = await persist(act.commandId, end);
      free(act);
      if (record !== null) reporter.report(record);
    },
  };
}
