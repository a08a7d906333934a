import type { DatabaseSync } from "node:sqlite";

/** A transaction whose COMMIT failed: only a fresh look at the disk can tell whether it is there. */
export class UncertainCommit extends Error {
  constructor(cause: unknown) {
    super("a commit failed", { cause });
    this.name = "UncertainCommit";
  }
}

/** Does all of the work or none of it, durably; throws what the work throws, and `UncertainCommit`. */
export function inTransaction<T>(database: DatabaseSync, work: () => T): T {
  database.exec("BEGIN IMMEDIATE");
  let isWorking = true;
  try {
    const result = work();
    isWorking = false;
    database.exec("COMMIT");
    return result;
  } catch (error) {
    // Some failures (a full disk) have rolled the transaction back already.
    if (database.isTransaction) database.exec("ROLLBACK");
    throw isWorking ? error : new UncertainCommit(error);
  }
}
