import { existsSync } from "node:fs";
import { LabError } from "@labloop/contracts";
import { holdLock } from "./hold-lock.ts";

/**
 * Returns whether somebody writes a journal now, in this process or another. Its lock is taken for a moment to find out, in
 * which a writer that starts is refused. What may not be written from here, as an archive, counts as at rest.
 */
export function isInUse(file: string): boolean {
  if (!existsSync(`${file}.lock`)) return false;
  try {
    holdLock(file).release();
    return false;
  } catch (error) {
    return error instanceof LabError && error.code === "journal.inUse";
  }
}
