import type { Cancel, LabEvent, RecordedEvent } from "@labloop/contracts";
import type { ChainHead } from "./chain.ts";
import type { LeaseTerms } from "./lease.ts";

/** Where a journal lives, who writes it for which cell, and who needs what it holds already. */
export type JournalOptions = ({ readonly file: string } | { readonly memory: true }) &
  LeaseTerms & {
    /**
     * Is given every event that is there already, once and in order, as it is verified: a long history is then read once.
     * What it makes of them counts only when the journal opens: a later event may turn out not to be whole.
     */
    readonly onHistory?: (record: RecordedEvent) => void;
  };

/** The instants at which a batch is recorded, in ms since 1970 on the lab clock and on the wall clock. */
export interface RecordedAt {
  readonly labAt: number;
  readonly wallAt: number;
}

/** The right to write for a cell, under an epoch that no other opening of this journal has had (contract §9). */
export interface Lease {
  readonly epoch: number;
  /** How long it lives after a renewal, ms; to be renewed at each third (contract §9). */
  readonly lifeMs: number;
  /** Whether less than two thirds of the lease's life have passed since the last renewal, and nobody took it (E2). */
  isHeld(monotonicNow: number): boolean;
  /** Starts the lease's life anew. Throws `journal.leaseLost` when its row bears another epoch. */
  renew(): void;
  /**
   * Goes on under the next epoch of the lab's one counter, not below `least`, and returns it (S4, section 9). Throws `journal.leaseLost` as `renew` does;
   * after a failure the epoch is the old one.
   */
  newEpoch(least?: number): number;
}

/** A command that was committed and never recorded as sent. */
export interface UnsentCommand {
  readonly commandId: string;
  /** The event `step.intended`. */
  readonly seq: number;
}

/** The append-only record of a cell, open for its one writer. */
export interface Journal {
  readonly lease: Lease;
  /**
   * Records a batch, in one transaction on disk, and returns it as it will be read back (E1).
   *
   * Renews the lease. Records nothing at all and throws `journal.badEvent` when an event fails its schema,
   * `journal.duplicate` when it repeats a command id, a (device, dseq) or a step's observation (E4),
   * `journal.unknownCommand` when it sends what was never intended, `journal.leaseLost` when the lease row bears another
   * epoch (E2), `journal.notWritable` when the disk refuses. A subscriber that throws makes it throw
   * `journal.listenerFailed`: then the batch is recorded.
   */
  append(events: readonly LabEvent[], at: RecordedAt): RecordedEvent[];
  head(): ChainHead;
  /** Events from `fromSeq` (from 1) to the last one at the time the reading gets there; each is checked as it is read. */
  read(fromSeq?: number): Iterable<RecordedEvent>;
  /** Calls `listener` with every event from `fromSeq`, once and in order: history before it returns, then each append. */
  subscribe(fromSeq: number, listener: (record: RecordedEvent) => void): Cancel;
  /** The outbox (E1): commands committed and never recorded as sent, oldest first. */
  unsentCommands(): UnsentCommand[];
  /** Gives up lease, lock and file; calling it twice does nothing more. */
  close(): void;
}
