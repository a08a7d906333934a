import type { Design, Study, Trial } from "@labloop/contracts";
import type { Evidence } from "../model/evidence.ts";
import type { Space } from "../space/space.ts";
import { padCensored } from "../study/pad-censored.ts";
import type { TrialReadings } from "../study/read-trials.ts";

/** What the objectives of a study read, trial by trial; larger is better in each. */
export interface ObjectiveEvidence {
  /** One per objective, all over the same readings in the same order. */
  readonly quantities: readonly Evidence[];
  /** Per reading: the design as carried out, and its key. */
  readonly designs: readonly Design[];
  readonly keys: readonly string[];
}

/**
 * Returns the evidence of the trials in which every objective was read. Trials of other tasks are left out: what a related
 * campaign knows is not a reading of this one.
 */
export function evidenceOf(
  space: Space,
  study: Study,
  trials: readonly Trial[],
  readings: TrialReadings,
): ObjectiveEvidence {
  const valuesOf = study.objectives.map(({ name, goal }) => {
    const padded = padCensored(readings.quantities.get(name) ?? { exact: [], censored: [] });
    return new Map(padded.map(({ trial, value }) => [trial, goal === "minimise" ? -value : value]));
  });
  const complete = readings.feasible.filter(
    (trial) => trials[trial]?.task === undefined && valuesOf.every((values) => values.has(trial)),
  );
  return {
    quantities: valuesOf.map((values) => ({
      features: complete.map((trial) => readings.features[trial] as Float64Array),
      groups: space.groups,
      values: complete.map((trial) => values.get(trial) as number),
    })),
    designs: complete.map((trial) => trials[trial]?.design as Design),
    keys: complete.map((trial) => readings.keys[trial] as string),
  };
}
