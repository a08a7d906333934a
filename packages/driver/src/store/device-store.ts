import type { CommandRecord } from "./command-record.ts";
import type { KeptResult, ResultChunk } from "./kept-result.ts";
import type { Local } from "./local.ts";
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
  /** Who has taken the instrument, if anybody has (D19). */
  readonly local: Local | null;
}

/** One transaction: all of it becomes durable, or none. */
export interface JournalChange {
  /** Written over the record of the same id. */
  readonly record?: CommandRecord;
  /** More of them, where several must become durable together. */
  readonly records?: readonly CommandRecord[];
  /** Raises the fence to at least this. */
  readonly fence?: number;
  /** Commands the engine has taken the end of; an id that has not settled, or is unknown, stays as it is. */
  readonly ackedIds?: readonly string[];
  /** Takes the next birth number. */
  readonly isBirth?: boolean;
  /** An E-STOP, or its being cleared; one that counts less than the known one changes nothing. */
  readonly stop?: Stop;
  /** Staff take the instrument, or with null give it back (D19). */
  readonly local?: Local | null;
  /**
   * Keeps the result of a command beside its record. It is there at least until the command is acked; after that until its
   * room is needed, or the command is pruned. Above the quota the change fails with `device.resultQuota`.
   */
  readonly result?: KeptResult;
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
  /** What is left for large results of the quota, in bytes, once those that were acked have made room. */
  resultRoom(): number;
  /** One chunk of a kept result, from 0; null when there is no such result, or it has no such chunk. */
  resultChunk(sha256: string, idx: number): ResultChunk | null;
  /** Makes the change durable, then returns the new head; throws, changing nothing, when it cannot. */
  write(change: JournalChange): JournalHead;
  /** Lets go of the journal, so that another process may open it; calling it twice does nothing more. */
  close(): void;
}
