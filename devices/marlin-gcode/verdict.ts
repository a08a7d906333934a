/** What the printer said of itself before the print was started: the evidence that goes into the journal. */
export interface PrintBaseline {
  readonly file: string;
  readonly prints: number;
  readonly finished: number;
  readonly failed: number;
}

/** What the printer says of itself now. `currentFile` is the file that is open, null when none is. */
export interface Sighting {
  readonly isPrinting: boolean;
  readonly currentFile: string | null;
  readonly prints: number;
  readonly finished: number;
  readonly failed: number;
}

export type Verdict = "notStarted" | "running" | "finished" | "failed" | "unclear";

/**
 * Returns what became of a print, judged by the printer's own counters (M78) and the file it has open (M27 C).
 *
 * Three traps shape it. A start is counted in memory and saved only at the end of a print, so a printer that lost power
 * in the middle may show the old counters: the file that `baseline` selected being still open is what proves that it did
 * not restart. A paused print says "Not SD printing" and counts as neither finished nor failed: it is still running.
 * And the file is closed when its last line was read, while the last moves still run: printing without an open file is
 * our print's end, not somebody else's print.
 */
export function judgePrint(baseline: PrintBaseline, seen: Sighting): Verdict {
  const begun = seen.prints - baseline.prints;
  const finished = seen.finished - baseline.finished;
  const failed = seen.failed - baseline.failed;
  const isOursOpen = seen.currentFile !== null && isSameFile(seen.currentFile, baseline.file);

  if (begun === 0 && finished === 0 && failed === 0) {
    return isOursOpen && !seen.isPrinting ? "notStarted" : "unclear";
  }
  if (begun !== 1) return "unclear";
  if (finished === 0 && failed === 0) return isOursOpen || seen.currentFile === null ? "running" : "unclear";
  if (finished === 1 && failed === 0) return "finished";
  return finished === 0 && failed === 1 ? "failed" : "unclear";
}

/** Whether two 8.3 names are one file: the file system keeps no case. */
export function isSameFile(a: string, b: string): boolean {
  return a.replace(/^\//, "").toUpperCase() === b.replace(/^\//, "").toUpperCase();
}
