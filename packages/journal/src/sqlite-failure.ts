import { LabError } from "@labloop/contracts";

/** SQLite's primary result codes (https://www.sqlite.org/rescode.html). */
const busy = [5, 6];
const unwritable = [3, 8, 10, 13, 14, 23];
/** 1 is what our own queries get, which never change, when the schema has lost a table or a column. */
const damaged = [1, 11, 26];
/** SQLite opens a journal, to read it too, with files of its own beside it: where those cannot be made, nothing is damaged. */
const unopened = [3, 8, 14, 23];
const constraint = 19;

/**
 * Returns the LabError that an error of node:sqlite amounts to; anything else comes back as it is.
 *
 * `reading` tells a page that cannot be read from a disk that cannot be written, which share result code 10.
 */
export function sqliteFailure(error: unknown, file: string, access: "reading" | "writing"): unknown {
  const code = resultCode(error);
  if (!(error instanceof Error) || code === undefined) return error;
  const options = { cause: error };
  if (busy.includes(code)) {
    return new LabError("journal.busy", `${file}: another process kept the database locked`, {
      ...options,
      hint: "close what else writes to it: only an engine may",
    });
  }
  if (access === "reading" && unopened.includes(code)) {
    return new LabError("journal.notOpened", `${file} cannot be opened: ${error.message}`, {
      ...options,
      hint: "give this account the right to read it and to write in its folder, or copy the folder to where that may be",
    });
  }
  if (damaged.includes(code) || (access === "reading" && unwritable.includes(code))) {
    return new LabError("journal.damaged", `${file} cannot be read: ${error.message}`, {
      ...options,
      hint: "restore the file from a backup",
    });
  }
  if (unwritable.includes(code)) {
    return new LabError("journal.notWritable", `${file} cannot be written: ${error.message}`, {
      ...options,
      hint: "check that its folder exists, that this user may write there, and that the disk has room",
    });
  }
  return error;
}

/** Whether SQLite refused a row because of a unique key or another constraint. */
export function isConstraintFailure(error: unknown): boolean {
  return resultCode(error) === constraint;
}

/** Whether another connection's lock kept SQLite out. */
export function isBusy(error: unknown): boolean {
  return busy.includes(resultCode(error) ?? 0);
}

/** Whether SQLite could not open a file, which is all it says of one that is not there. */
export function isMissing(error: unknown): boolean {
  return resultCode(error) === 14;
}

/** SQLite's primary result code: the low byte of the extended one. */
function resultCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !("errcode" in error) || typeof error.errcode !== "number") return undefined;
  return error.errcode & 0xff;
}
