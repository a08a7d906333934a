import type { DatabaseSync } from "node:sqlite";
import { LabError } from "@labloop/contracts";
import type { ChainHead } from "./chain.ts";
import type { Journal, UnsentCommand } from "./journal.ts";
import { type LeaseTerms, takeLease } from "./lease.ts";
import { checkedRecords } from "./read-journal.ts";
import { sqliteFailure } from "./sqlite-failure.ts";
import { storedHead } from "./stored-records.ts";
import { createSubscribers } from "./subscribers.ts";
import { inTransaction, UncertainCommit } from "./transaction.ts";
import { checkOutgoing, recordWriter } from "./write-records.ts";

/** Returns the journal in an open, verified database, its lease taken; `release` is called once, when it is closed. */
export function createJournal(database: DatabaseSync, file: string, terms: LeaseTerms, release: () => void): Journal {
  const lease = inTransaction(database, () => takeLease(database, terms));
  const writeRecords = recordWriter(database);
  const unsent = database.prepare(
    "SELECT command_id AS commandId, seq FROM commands WHERE sent_seq IS NULL ORDER BY seq",
  );
  const subscribers = createSubscribers((fromSeq) => checkedRecords(database, file, fromSeq));
  let head: ChainHead = storedHead(database);
  /** Why nothing may be written with this handle any more. */
  let end: LabError | undefined;

  function assertOpen(): void {
    if (!database.isOpen) throw new LabError("journal.closed", `${file} has been closed`);
  }

  /** Every transaction asserts the lease first (E2), and renews it. */
  function commit<T>(work: () => T): T {
    assertOpen();
    if (end !== undefined) throw end;
    try {
      const result = inTransaction(database, () => {
        lease.assert();
        return work();
      });
      lease.confirm();
      return result;
    } catch (error) {
      end = endOf(error, file);
      throw end ?? sqliteFailure(error, file, "writing");
    }
  }

  return {
    lease: {
      get epoch() {
        return lease.epoch();
      },
      lifeMs: terms.leaseLifeMs,
      isHeld: (monotonicNow) => database.isOpen && end === undefined && lease.isHeld(monotonicNow),
      renew: () => commit(() => {}),
      newEpoch(least = 1) {
        const { epoch, adopt } = commit(() => lease.next(least));
        adopt();
        return epoch;
      },
    },
    append(events, { labAt, wallAt }) {
      if (!Number.isFinite(labAt) || !Number.isFinite(wallAt)) {
        throw new LabError("journal.badEvent", `labAt ${labAt} and wallAt ${wallAt} must be finite, in ms since 1970`);
      }
      const checked = events.map(checkOutgoing);
      const records = commit(() => writeRecords(checked, head, { epoch: lease.epoch(), labAt, wallAt }));
      head = records.at(-1) ?? head;
      subscribers.deliver(records);
      return records;
    },
    head: () => ({ seq: head.seq, hash: head.hash }),
    read(fromSeq = 1) {
      assertOpen();
      return checkedRecords(database, file, fromSeq);
    },
    subscribe(fromSeq, listener) {
      assertOpen();
      return subscribers.add(fromSeq, listener);
    },
    unsentCommands() {
      assertOpen();
      return unsent.all() as unknown as UnsentCommand[];
    },
    close() {
      if (!database.isOpen) return;
      subscribers.clear();
      release();
    },
  };
}

/**
 * The reason to write no more after a failure: the lease or the head is somebody else's, or a COMMIT failed, after which
 * the batch may yet turn up when the write-ahead log is recovered. Whoever goes on must open the journal again and read it.
 */
function endOf(error: unknown, file: string): LabError | undefined {
  if (error instanceof UncertainCommit) {
    return new LabError("journal.notWritable", `${file}: a commit failed, so its events may be recorded or not`, {
      cause: error.cause,
      hint: "mend the disk, then open the journal again",
    });
  }
  const isFinal = error instanceof LabError && (error.code === "journal.leaseLost" || error.code === "journal.altered");
  return isFinal ? error : undefined;
}
