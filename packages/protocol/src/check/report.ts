import type { Fault, Outcome } from "@labloop/contracts";

/** Takes a fault that was found; the check goes on. */
export type Report = (fault: Fault) => void;

/** Returns the value when nothing was found, else all faults in the order of their files' lines. */
export function settle<T>(value: T | null, faults: readonly Fault[]): Outcome<T> {
  if (value !== null && faults.length === 0) return { ok: true, value };
  return { ok: false, faults: inReadingOrder(faults) };
}

/** Files stay in the order in which they were first found wrong. */
function inReadingOrder(faults: readonly Fault[]): Fault[] {
  const files = [...new Set(faults.map(({ file }) => file))];
  return faults.toSorted(
    (a, b) =>
      files.indexOf(a.file) - files.indexOf(b.file) ||
      (a.line ?? 0) - (b.line ?? 0) ||
      (a.column ?? 0) - (b.column ?? 0),
  );
}
