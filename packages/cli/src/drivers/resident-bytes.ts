import { readFileSync } from "node:fs";

/** Linux counts in pages of this many bytes on every machine that Node 24 is built for here. */
const pageBytes = 4_096;

/**
 * Returns what a process holds in memory, in bytes, also when it answers nothing; null where that cannot be seen from
 * outside, as on macOS and Windows, where a driver's own word is all there is.
 */
export function residentBytes(pid: number | undefined): number | null {
  if (process.platform !== "linux" || pid === undefined) return null;
  try {
    return Number(readFileSync(`/proc/${pid}/statm`, "utf8").split(" ")[1]) * pageBytes;
  } catch {
    // It has ended.
    return null;
  }
}
