import type { CommandRecord } from "./command-record.ts";
import type { Stop } from "./stop.ts";

/** The journal's own facts. */
export interface JournalHead {
  /** Random, made with the journal: another id means that the memory was lost (E9). */
  readonly journalId: string;
  /** The number of the last transaction. */
  readonly jseq: number;
  /** The highest epoch accepted (D12). */
  readonly fence: number;
  /** The highest command number pruned (D9). */
  readonly watermark: number;
  readonly maxDseq: number;
  /** The number of the last birth. */
  readonly bdSeq: number;
  /** The highest E-STOP known, 0 for none, and whether it stands (S2). */
  readonly stopId: number;
  readonly isLatched: boolean;
}

/** One transaction: all of it becomes durable, or none. */
export interface JournalChange {
  /** Written over the record of the same id. */
  readonly record?: CommandRecord;
  /** Raises the fence to at least this. */
  readonly fence?: number;
  /** Commands the engine has taken the end of; an id that has not settled, or is unknown, stays as it is. */
  readonly ackedIds?: readonly string[];
  /** Takes the next birth number. */
  readonly isBirth?: boolean;
  /** An E-STOP, or its being cleared; one that counts less than the known one changes nothing. */
  readonly stop?: Stop;
  /** Forgets acked records settled before `before`, save the `keep` highest numbers, and raises the watermark (D9). */
  readonly prune?: { readonly keep: number; readonly before: number };
}

/**
 * The device journal: what survives the driver process, and on which every promise of the contract rests.
 *
 * An open store belongs to one process alone (D13). After `close` every use throws `device.journalClosed`.
 */
export interface DeviceStore {
  readonly head: JournalHead;
  find(commandId: string): CommandRecord | null;
  findByDseq(dseq: number): CommandRecord | null;
  /** Every command in `accepted` or `started`, by command number. */
  unsettled(): CommandRecord[];
  /** Every command not acknowledged by id, by command number. */
  unacked(): CommandRecord[];
  /** True when a command was started in a later transaction than this one. */
  hasStartedAfter(jseq: number): boolean;
  /** Makes the change durable, then returns the new head; throws, changing nothing, when it cannot. */
  write(change: JournalChange): JournalHead;
  /** Lets go of the journal, so that another process may open it; calling it twice does nothing more. */
  close(): void;
}
