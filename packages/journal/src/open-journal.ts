import { DatabaseSync } from "node:sqlite";
import { LabError } from "@labloop/contracts";
import { createJournal } from "./create-journal.ts";
import { errorOf } from "./failed.ts";
import { holdLock, type WriterLock } from "./hold-lock.ts";
import type { Journal, JournalOptions } from "./journal.ts";
import { openIfWritten } from "./read-journal.ts";
import { createSchema } from "./schema.ts";
import { sqliteFailure } from "./sqlite-failure.ts";
import { UncertainCommit } from "./transaction.ts";
import { verifyJournal } from "./verify-journal.ts";

/**
 * Opens a journal for writing, under a new epoch, after verifying the whole of it (I7).
 *
 * Throws `journal.inUse` when another process or handle writes it; `journal.altered`, `journal.gap`, `journal.malformed` or
 * `journal.damaged`, naming the event, when it is not what was written; `journal.unknownSchema`; `journal.notWritable`.
 */
export function openJournal(options: JournalOptions): Journal {
  if ("memory" in options) {
    const database = new DatabaseSync(":memory:");
    createSchema(database);
    return createJournal(database, "the journal in memory", options, () => database.close());
  }
  let database: DatabaseSync | undefined;
  let lock: WriterLock | undefined;
  const release = () => {
    try {
      database?.close();
    } finally {
      lock?.release();
    }
  };
  try {
    database = new DatabaseSync(options.file, { timeout: 5000 });
    // SQLite's own name for the file, so that two symbolic links to one journal come to one lock.
    const file = database.location();
    if (file === null) throw new LabError("journal.notWritable", `"${options.file}" is not the name of a file`);
    lock = holdLock(file);
    const isNew = !isWholeIfWritten(file, lock, options.onHistory);
    makeDurable(database, file);
    if (isNew) createSchema(database);
    if (!lock.hasWritten()) lock.markWritten();
    return createJournal(database, file, options, release);
  } catch (error) {
    release();
    throw sqliteFailure(error instanceof UncertainCommit ? error.cause : error, options.file, "writing");
  }
}

/** Returns whether there is a journal, verified; throws when it is not whole, or gone. */
function isWholeIfWritten(file: string, lock: WriterLock, onHistory: JournalOptions["onHistory"]): boolean {
  const database = openIfWritten(file);
  if (database === undefined) {
    if (!lock.hasWritten()) return false;
    throw new LabError(
      "journal.gap",
      `${file}: event 1 is missing: the file is empty, but a journal was written there`,
      {
        hint: `restore it from a backup; to give that journal up and begin another, remove ${file}.lock`,
      },
    );
  }
  try {
    const verdict = verifyJournal(database, file, onHistory);
    if (!verdict.ok) throw errorOf(verdict, file);
    return true;
  } finally {
    database.close();
  }
}

/** Makes every commit wait for the disk (E1). */
function makeDurable(database: DatabaseSync, file: string): void {
  const mode = database.prepare("PRAGMA journal_mode = WAL").get()?.["journal_mode"];
  if (mode !== "wal") {
    throw new LabError("journal.notWritable", `${file} is on a file system without shared memory`, {
      hint: "keep the journal on a local disk",
    });
  }
  database.exec("PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON");
}
