import type { Trial } from "@labloop/contracts";
import { keepTrials } from "./keep-trials.ts";
import type { TrialReadings } from "./read-trials.ts";

/** Returns what the campaign's own trials say: those of related campaigns, which have a task, tell nothing of its limits or its spending. */
export function ownReadings(readings: TrialReadings, trials: readonly Trial[]): TrialReadings {
  return keepTrials(readings, (trial) => trials[trial]?.task === undefined);
}
