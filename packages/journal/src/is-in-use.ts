import { existsSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { isBusy } from "./sqlite-failure.ts";

/**
 * Returns whether somebody writes a journal now, in this process or another, also where it may only be read from here. Its
 * lock is looked at for a moment, in which a writer that starts is refused; several may look at once. A lock that cannot be
 * read is held by nobody who could be told.
 */
export function isInUse(file: string): boolean {
  const path = `${file}.lock`;
  if (!existsSync(path)) return false;
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path, { readOnly: true, timeout: 0 });
    // Reading takes a lock that an exclusive one keeps out.
    database.exec("SELECT count(*) FROM sqlite_schema");
    return false;
  } catch (error) {
    return isBusy(error);
  } finally {
    database?.close();
  }
}
