import type { Trial } from "@labloop/contracts";
import { meanReading } from "@labloop/contracts/front-standing";
import type { Space } from "../space/space.ts";
import { keepTrials } from "../study/keep-trials.ts";
import { padCensored } from "../study/pad-censored.ts";
import type { TrialReadings } from "../study/read-trials.ts";
import { keyOf } from "../space/key-of.ts";

/** A place where trials were carried out, and what was read there. */
export interface ReadPlace {
  readonly features: Float64Array;
  /** The trials carried out there, rising. */
  readonly trials: readonly number[];
  /** Mean reading of each objective, larger being better; null where it was not read. */
  readonly outcome: readonly (number | null)[];
  /**
   * How far the mean readings are beyond their bounds, each in the range of the quantity's readings; infinite where no trial there was
   * asked for as a design that the study admits.
   */
  readonly lacking: number;
}

/**
 * Returns the different places of some trials, in the order of their first trial. A reading beyond the range of an instrument counts as it is
 * padded by what was read in these trials: what another campaign read says nothing of it.
 */
export function readPlaces(
  space: Space,
  trials: readonly Trial[],
  readings: TrialReadings,
  of: readonly number[],
): ReadPlace[] {
  const { objectives, outcomeConstraints } = space.study;
  const among = new Set(of);
  const { quantities, features } = keepTrials(readings, (trial) => among.has(trial));
  const valuesOf = (name: string) =>
    new Map(
      padCensored(quantities.get(name) ?? { exact: [], censored: [] }, features, space.groups).map(
        ({ trial, value }) => [trial, value],
      ),
    );
  const goals = objectives.map(({ name, goal }) => ({ sign: goal === "minimise" ? -1 : 1, values: valuesOf(name) }));
  const limits = outcomeConstraints.map(({ name, min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY }) => {
    const values = valuesOf(name);
    return { min, max, values, range: rangeOf(values.values()) };
  });
  const byPlace = new Map<string, number[]>();
  for (const trial of of) {
    const place = keyOf(features[trial] as Float64Array);
    const own = byPlace.get(place);
    if (own === undefined) byPlace.set(place, [trial]);
    else own.push(trial);
  }
  return [...byPlace.values()].map((own) => {
    const isAdmitted = own.some((trial) => {
      const { design, requested = design } = trials[trial] as Trial;
      return space.admits(requested);
    });
    const beyond = limits.reduce((sum, { min, max, values, range }) => {
      const mean = meanOfRead(values, own);
      return mean === null ? sum : sum + Math.max(0, min - mean, mean - max) / range;
    }, 0);
    return {
      features: features[own[0] as number] as Float64Array,
      trials: own,
      outcome: goals.map(({ sign, values }) => {
        const mean = meanOfRead(values, own);
        return mean === null ? null : sign * mean;
      }),
      lacking: isAdmitted ? beyond : Number.POSITIVE_INFINITY,
    };
  });
}

function meanOfRead(values: ReadonlyMap<number, number>, trials: readonly number[]): number | null {
  const read = trials.flatMap((trial) => values.get(trial) ?? []);
  return read.length === 0 ? null : meanReading(read);
}

/** The range of numbers; 1 where they have none. */
function rangeOf(values: Iterable<number>): number {
  let least = Number.POSITIVE_INFINITY;
  let most = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  return most > least ? most - least : 1;
}
