import type { QuantityReadings, TrialReadings } from "./read-trials.ts";

/** Returns readings without those of trials that are not kept; designs, places and keys stay by trial. */
export function keepTrials(readings: TrialReadings, isKept: (trial: number) => boolean): TrialReadings {
  const kept = ({ exact, censored }: QuantityReadings): QuantityReadings => ({
    exact: exact.filter(({ trial }) => isKept(trial)),
    censored: censored.filter(({ trial }) => isKept(trial)),
  });
  return {
    ...readings,
    quantities: new Map([...readings.quantities].map(([name, read]) => [name, kept(read)])),
    feasible: readings.feasible.filter(isKept),
    infeasible: readings.infeasible.filter(isKept),
  };
}
