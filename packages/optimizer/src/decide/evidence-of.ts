import type { Design, Study, Trial } from "@labloop/contracts";
import type { Evidence } from "../model/evidence.ts";
import type { Space } from "../space/space.ts";
import { ownReadings } from "../study/own-readings.ts";
import { padCensored } from "../study/pad-censored.ts";
import type { ExactReading, TrialReadings } from "../study/read-trials.ts";
import { unprovenTrials } from "../study/unproven-trials.ts";

/** What the objectives of a study read, trial by trial; larger is better in each. */
export interface ObjectiveEvidence {
  /** One per objective, all over the same readings in the same order. */
  readonly quantities: readonly Evidence[];
  /** Per reading: the design as carried out, and its key. */
  readonly designs: readonly Design[];
  readonly keys: readonly string[];
  /** Encoded places of designs that the study admits and that proved what they are worth: the others are learned from, but never recommended. Null where all are. */
  readonly admitted: ReadonlySet<string> | null;
}

/**
 * Returns the evidence of the trials in which every objective was read. What related campaigns read, trials with a task, stands
 * apart: it is not a reading of this one.
 */
export function evidenceOf(
  space: Space,
  study: Study,
  trials: readonly Trial[],
  readings: TrialReadings,
): ObjectiveEvidence {
  const taskOf = (trial: number) => trials[trial]?.task;
  const own = readTask(space, readings, (trial) => taskOf(trial) === undefined);
  const tasks = [...new Set(readings.feasible.flatMap((trial) => taskOf(trial) ?? []))].sort();
  const related = tasks
    .map((task) => ({ task, ...readTask(space, readings, (trial) => taskOf(trial) === task) }))
    .filter(({ rows }) => rows.length > 0);
  // What was asked for is judged where it is known: an instrument may have ended up beside it.
  const unproven = unprovenTrials(study, ownReadings(readings, trials).quantities);
  const admitted = own.rows.filter((trial) => {
    const { design, requested = design } = trials[trial] as Trial;
    return space.admits(requested) && !unproven.has(trial);
  });
  const featuresOf = (rows: readonly number[]) => rows.map((trial) => readings.features[trial] as Float64Array);
  return {
    quantities: own.values.map((values, k) => ({
      features: featuresOf(own.rows),
      groups: space.groups,
      values,
      ...(own.uncertainties[k]?.some((one) => one !== null) ? { uncertainties: own.uncertainties[k] } : {}),
      ...(related.length === 0
        ? {}
        : {
            related: related.map((one) => ({
              task: one.task,
              features: featuresOf(one.rows),
              values: one.values[k] as readonly number[],
            })),
          }),
    })),
    designs: own.rows.map((trial) => trials[trial]?.design as Design),
    keys: own.rows.map((trial) => readings.keys[trial] as string),
    admitted: admitted.length === own.rows.length ? null : new Set(featuresOf(admitted).map((place) => place.join())),
  };
}

/** Per objective, one entry a trial of `rows`. */
interface TaskReadings {
  readonly rows: readonly number[];
  readonly values: readonly (readonly number[])[];
  readonly uncertainties: readonly (readonly (number | null)[])[];
}

/** The trials of one campaign in which every objective was read, and those readings, larger being better, one list per objective. */
function readTask(space: Space, readings: TrialReadings, belongs: (trial: number) => boolean): TaskReadings {
  const valuesOf = space.study.objectives.map(({ name, goal }) => {
    const { exact, censored } = readings.quantities.get(name) ?? { exact: [], censored: [] };
    const quantity = {
      exact: exact.filter(({ trial }) => belongs(trial)),
      censored: censored.filter(({ trial }) => belongs(trial)),
    };
    const padded = padCensored(quantity, readings.features, space.groups);
    return new Map(padded.map((one) => [one.trial, { ...one, value: goal === "minimise" ? -one.value : one.value }]));
  });
  const rows = readings.feasible.filter((trial) => belongs(trial) && valuesOf.every((values) => values.has(trial)));
  const read = valuesOf.map((values) => rows.map((trial) => values.get(trial) as ExactReading));
  return {
    rows,
    values: read.map((own) => own.map(({ value }) => value)),
    uncertainties: read.map((own) => own.map(({ uncertainty }) => uncertainty)),
  };
}
