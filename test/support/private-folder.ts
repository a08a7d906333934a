import { existsSync, mkdtempSync, rmSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterFile } from "./after-file.ts";

const made = new Set<string>();

afterFile(() => {
  for (const folder of made) removeFolder(folder);
});

/**
 * Returns a new folder, removed when the test file is done.
 *
 * It lies in memory where there is room: a killed process leaves its writes to the kernel either way, and an fsync that
 * waits for a real disk would be most of the time of these tests.
 */
export function privateFolder(): string {
  const folder = newFolder();
  made.add(folder);
  return folder;
}

/** Returns a new folder in the same place that nobody removes. */
export function newFolder(): string {
  return mkdtempSync(join(isRoomy("/dev/shm") ? "/dev/shm" : tmpdir(), "labloop-e2e-"));
}

/** Removes a private folder early. */
export function removeFolder(folder: string): void {
  made.delete(folder);
  rmSync(folder, { recursive: true, force: true });
}

function isRoomy(path: string): boolean {
  if (!existsSync(path)) return false;
  const { bavail, bsize } = statfsSync(path);
  return bavail * bsize > 2 ** 29;
}
