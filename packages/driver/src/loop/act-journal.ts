import { type Clock, type Log, sleep } from "@labloop/contracts";
import type { CommandRecord } from "../store/command-record.ts";
import type { DeviceStore } from "../store/device-store.ts";
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
  /** Whether the last write failed. */
  isFailing(): boolean;
  /** Writes the record once; throws the store's error. */
  write(record: CommandRecord): void;
  /** D5: the end is durable first, then the device is free, then it is reported. */
  settle(act: Act<Session>, end: End): Promise<void>;
}

/** Returns the act journal of one driver start. */
export function createActJournal<Session>(options: ActJournalOptions<Session>): ActJournal<Session> {
  const { store, reporter, linkClock, moment, free, shutdown, log } = options;
  let isFailing = false;

  function write(record: CommandRecord): void {
    try {
      store.write({ record });
      isFailing = false;
    } catch (error) {
      isFailing = true;
      throw error;
    }
  }

  /** Writes what `change` makes of the record as it is by then, again and again until the journal takes it (D10). */
  async function persist(
    commandId: string,
    change: (record: CommandRecord) => CommandRecord | null,
  ): Promise<CommandRecord | null> {
    const backOff = createBackOff(1_000, 60_000);
    for (;;) {
      const record = store.find(commandId);
      const next = record === null ? null : change(record);
      if (next === null) return null;
      try {
        write(next);
        return next;
      } catch (error) {
        log.error({ commandId, error }, "the device journal cannot be written; trying again");
        await sleep(linkClock, backOff.next(), shutdown);
      }
    }
  }

  return {
    isFailing: () => isFailing,
    write,
    async settle(act, end) {
      const record = await persist(act.commandId, (now) =>
        now.settledAt === null ? settledRecord(now, moment(), end) : null,
      );
      free(act);
      if (record !== null) reporter.report(record);
    },
  };
}
