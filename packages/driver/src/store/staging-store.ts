import type { Cancel, Clock } from "@labloop/contracts";
import type { CommandRecord } from "./command-record.ts";
import type { DeviceStore, JournalChange } from "./device-store.ts";
import { recordsOf } from "./journal-change.ts";

/** How long an acknowledgement may wait for another transaction to be written with, ms of the link clock; chosen. */
const ackWithinMs = 1_000;

/** A device journal in which what need not be durable by itself waits for the next transaction. */
export interface StagingStore extends DeviceStore {
  /**
   * Takes the record of a new command, and the fence that comes with it. It is known at once, and durable with the next
   * transaction, at the latest after this turn of the event loop. `settle` is told once: with null, or with why the journal
   * did not take it; then it was never there.
   */
  stage(record: CommandRecord, fence: number, settle: (error: Error | null) => void): void;
  /** Takes acknowledgements, which may wait for a second: after one that is lost the device reports again (D6). */
  stageAcks(commandIds: readonly string[], onDurable: () => void): void;
  /** Makes durable what is staged of commands, if anything is; throws the journal's error. */
  flush(): void;
}

interface Staged {
  readonly record: CommandRecord;
  readonly fence: number;
  readonly settle: (error: Error | null) => void;
}

/**
 * Returns a journal over another one, whose transactions carry what is staged. What is staged can be read as if it were
 * written: whoever says something outside the process, or acts, has to flush before.
 */
export function createStagingStore(store: DeviceStore, linkClock: Clock): StagingStore {
  let staged = new Map<string, Staged>();
  let acked = new Set<string>();
  let onAcked: (() => void)[] = [];
  let cancelFlush: Cancel | null = null;
  let cancelAcks: Cancel | null = null;

  function write(change: JournalChange): DeviceStore["head"] {
    const settling = [...staged.values()];
    const telling = onAcked;
    const joint = joined(change, settling, acked);
    staged = new Map();
    acked = new Set();
    onAcked = [];
    cancelTimers();
    let head: DeviceStore["head"];
    try {
      head = store.write(joint);
    } catch (error) {
      for (const { settle } of settling) settle(error instanceof Error ? error : new Error(String(error)));
      throw error;
    }
    for (const { settle } of settling) settle(null);
    for (const tell of telling) tell();
    return head;
  }

  function flush(): void {
    if (staged.size > 0) write({});
  }

  function cancelTimers(): void {
    cancelFlush?.();
    cancelAcks?.();
    cancelFlush = null;
    cancelAcks = null;
  }

  /** Whoever staged it is told of a failure, and nobody else waits for it. */
  function writeStaged(): void {
    try {
      write({});
    } catch {
      cancelTimers();
    }
  }

  const seen = (record: CommandRecord | null) =>
    record !== null && acked.has(record.commandId) ? { ...record, isAcked: true } : record;
  const withStaged = (records: readonly CommandRecord[]) =>
    [...records, ...[...staged.values()].map(({ record }) => record)].sort((a, b) => a.dseq - b.dseq);

  return {
    get head() {
      const { head } = store;
      if (staged.size === 0) return head;
      const waiting = [...staged.values()];
      const fence = Math.max(head.fence, ...waiting.map((one) => one.fence));
      return { ...head, fence, maxDseq: Math.max(head.maxDseq, ...waiting.map(({ record }) => record.dseq)) };
    },
    find: (commandId) => staged.get(commandId)?.record ?? seen(store.find(commandId)),
    findByDseq(dseq) {
      const waiting = [...staged.values()].find(({ record }) => record.dseq === dseq);
      return waiting?.record ?? seen(store.findByDseq(dseq));
    },
    unsettled: () => withStaged(store.unsettled()),
    unacked: () => withStaged(store.unacked().filter(({ commandId }) => !acked.has(commandId))),
    hasStartedAfter: (jseq) => store.hasStartedAfter(jseq),
    resultRoom: () => store.resultRoom(),
    resultChunk: (sha256, idx) => store.resultChunk(sha256, idx),
    write,
    flush,
    stage(record, fence, settle) {
      staged.set(record.commandId, { record, fence, settle });
      cancelFlush ??= linkClock.at(linkClock.now(), writeStaged);
    },
    stageAcks(commandIds, onDurable) {
      for (const commandId of commandIds) acked.add(commandId);
      onAcked.push(onDurable);
      cancelAcks ??= linkClock.at(linkClock.now() + ackWithinMs, writeStaged);
    },
    close() {
      cancelTimers();
      store.close();
    },
  };
}

/** Returns the change with what is staged; what it says of a staged command itself takes the place of that. */
function joined(change: JournalChange, staged: readonly Staged[], acked: ReadonlySet<string>): JournalChange {
  const written = new Set(recordsOf(change).map(({ commandId }) => commandId));
  const records = staged.map(({ record }) => record).filter(({ commandId }) => !written.has(commandId));
  const ackedIds = [...acked, ...(change.ackedIds ?? [])];
  return {
    ...change,
    ...(staged.length === 0 ? {} : { fence: Math.max(change.fence ?? 0, ...staged.map(({ fence }) => fence)) }),
    ...(records.length === 0 ? {} : { records: [...records, ...(change.records ?? [])] }),
    ...(ackedIds.length === 0 ? {} : { ackedIds }),
  };
}
