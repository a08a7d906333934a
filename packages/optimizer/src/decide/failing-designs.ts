import type { Trial } from "@labloop/contracts";
import type { Space } from "../space/space.ts";

// One fault is the instrument's; what fails twice and is asked for a third time may be asked for for ever.
const TOO_OFTEN = 2;

/**
 * Returns the keys of the designs that faulted at least twice since they were last measured or refused, as asked for, among the trials of
 * the campaign itself.
 *
 * A fault says nothing of what would have been measured, so a model that hopes most of a design goes on hoping.
 */
export function failingDesigns(space: Space, trials: readonly Trial[]): ReadonlySet<string> {
  const faults = new Map<string, number>();
  for (const { design, requested = design, outcome, task } of trials) {
    if (task !== undefined) continue;
    const key = space.key(requested);
    faults.set(key, outcome.status === "fault" ? (faults.get(key) ?? 0) + 1 : 0);
  }
  return new Set([...faults].flatMap(([key, times]) => (times >= TOO_OFTEN ? [key] : [])));
}
