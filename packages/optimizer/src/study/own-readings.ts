import type { Trial } from "@labloop/contracts";
import type { QuantityReadings, TrialReadings } from "./read-trials.ts";

/** Returns what the campaign's own trials say: those of related campaigns, which have a task, tell nothing of its limits or its spending. */
export function ownReadings(readings: TrialReadings, trials: readonly Trial[]): TrialReadings {
  const isOwn = (trial: number) => trials[trial]?.task === undefined;
  const own = ({ exact, censored }: QuantityReadings): QuantityReadings => ({
    exact: exact.filter(({ trial }) => isOwn(trial)),
    censored: censored.filter(({ trial }) => isOwn(trial)),
  });
  return {
    ...readings,
    quantities: new Map([...readings.quantities].map(([name, read]) => [name, own(read)])),
    feasible: readings.feasible.filter(isOwn),
    infeasible: readings.infeasible.filter(isOwn),
  };
}
