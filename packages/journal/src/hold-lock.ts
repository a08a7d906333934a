import { DatabaseSync } from "node:sqlite";
import { LabError } from "@labloop/contracts";
import { isBusy, sqliteFailure } from "./sqlite-failure.ts";

/** The exclusive right to write a journal, held until released or until the process ends, however it ends. */
export interface WriterLock {
  /** Whether a journal has been written under this lock before, now or in an earlier process. */
  hasWritten(): boolean;
  markWritten(): void;
  release(): void;
}

/**
 * Takes the writer's lock of a journal; throws `journal.inUse` when another process or handle has it.
 *
 * The lock is a database of its own, `<file>.lock`, so that readers stay free to open the journal. It must stay where it
 * is, and nothing in this process may open it in another way: closing any descriptor of a file drops the process's locks
 * on it (POSIX fcntl, https://www.sqlite.org/howtocorrupt.html section 2.2).
 */
export function holdLock(file: string): WriterLock {
  const path = `${file}.lock`;
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path, { timeout: 0 });
    // Exclusive mode keeps the lock between the mark's transaction and the next.
    database.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE");
  } catch (error) {
    database?.close();
    if (!isBusy(error)) throw sqliteFailure(error, path, "writing");
    throw new LabError("journal.inUse", `${file} is in use: another engine writes it`, {
      cause: error,
      hint: "stop that engine first, or give this lab a folder of its own",
    });
  }
  const lock = database;
  return {
    hasWritten: () => lock.prepare("SELECT user_version AS mark FROM pragma_user_version").get()?.["mark"] === 1,
    markWritten: () => lock.exec("PRAGMA user_version = 1; COMMIT; BEGIN EXCLUSIVE"),
    release: () => lock.close(),
  };
}
