import { learnFeasibility } from "../feasibility/learn-feasibility.ts";
import type { Space } from "../space/space.ts";
import { exp } from "../special-functions/exp.ts";
import type { TrialReadings } from "../study/read-trials.ts";
import { brokenPlaces } from "./broken-places.ts";
import { fitLimit } from "./fit-limit.ts";
import { flatten } from "../space/flatten.ts";
import { keptLimit } from "./kept-limits.ts";
import { keyOf } from "../space/key-of.ts";

/** How likely designs are to be of use: that they can be made, and that what is measured there keeps its bounds. */
export interface Chances {
  /** Whether any design could not be made. */
  readonly failed: boolean;
  /** Whether any bounded quantity was read. */
  readonly bounded: boolean;
  /** The bounded quantities of which nothing was read: nothing is known of their bounds. */
  readonly unread: readonly string[];
  /** Whether `logAt` costs much more than `ceilingsAt`. */
  readonly isDear: boolean;
  /** Returns ln of the probability of each encoded design; at a glance, by the variances of a part of many readings. */
  logAt(features: readonly Float64Array[], atGlance?: boolean): Float64Array;
  /** Returns upper bounds of `logAt`, which hold whatever is believed later. */
  ceilingsAt(features: readonly Float64Array[]): Float64Array;
  /** Returns whether the means of what was read at an encoded design may lie within their bounds; of what was not read nothing is asked. */
  readWithin(features: Float64Array): boolean;
  /** Returns the probability that the measured quantities of an encoded design keep their bounds, before anything is believed. */
  chanceWithin(features: Float64Array): number;
  /**
   * Returns the same probability as it is to be told, so that it comes as often as it says; no less than a half where `chanceWithin` is more: what counts
   * as keeping its bounds is not said to be likelier to break them.
   */
  toldWithin(features: Float64Array): number;
  /** Returns ln of the probability that an encoded design is of use, as it is to be told. */
  logTold(features: Float64Array): number;
  /** Returns whether a measured design counts: read within its bounds, and more likely to keep them than not. */
  keeps(features: Float64Array): boolean;
  /** Believes of the measured quantities one more reading at an encoded design, equal to its mean. */
  believe(features: Float64Array): void;
  /** Forgets every reading that was only believed. */
  forget(): void;
}

// More likely than not.
const LIKELY = 0.5;

/**
 * Returns what trials that failed and the outcome constraints say of designs; null where there are neither. Quantities are taken to be
 * independent; one that was never read says nothing.
 */
export function chancesOf(space: Space, readings: TrialReadings): Chances | null {
  const { outcomeConstraints } = space.study;
  if (outcomeConstraints.length === 0 && readings.infeasible.length === 0) return null;
  const attempts = [...readings.feasible, ...readings.infeasible];
  const placeOf = (trial: number) => readings.features[trial] as Float64Array;
  const made =
    readings.infeasible.length === 0
      ? null
      : learnFeasibility({
          features: attempts.map(placeOf),
          groups: space.groups,
          feasible: attempts.map((_, i) => i < readings.feasible.length),
        });
  const fits = outcomeConstraints.map((constraint) => fitLimit(space, readings, constraint));
  const limits = fits.flatMap((fitted) => (fitted === null ? [] : [keptLimit(fitted)]));
  const broken = new Set(outcomeConstraints.flatMap((constraint) => brokenPlaces(readings, constraint)));
  const sum = (parts: readonly Float64Array[], count: number) =>
    parts.reduce((all, own) => all.map((one, i) => one + (own[i] as number)), new Float64Array(count));
  const withMade = (places: Float64Array, parts: readonly Float64Array[], count: number) =>
    sum(made === null ? parts : [...parts, made.logProbabilities(places)], count);
  const measured = (places: readonly Float64Array[]) =>
    sum(
      limits.map((limit) => limit.logMeasured(places)),
      places.length,
    );
  const tried = [...new Map(attempts.map((trial) => [keyOf(placeOf(trial)), placeOf(trial)])).values()];
  // A decision asks this of every reading several times.
  const logs = measured(tried);
  const chanceAt = new Map(tried.map((own, i) => [keyOf(own), exp(logs[i] as number)]));
  const readWithin = (features: Float64Array) => !broken.has(keyOf(features));
  const chanceWithin = (features: Float64Array) =>
    chanceAt.get(keyOf(features)) ?? exp(measured([features])[0] as number);
  const logToldWithin = (places: readonly Float64Array[]) =>
    sum(
      limits.map((limit) => limit.logTold(places)),
      places.length,
    );
  return {
    failed: made !== null,
    bounded: limits.length > 0,
    unread: [...new Set(outcomeConstraints.flatMap(({ name }, i) => (fits[i] === null ? [name] : [])))],
    isDear: limits.some(({ isDear }) => isDear),
    readWithin,
    chanceWithin,
    toldWithin(features) {
      const told = exp(logToldWithin([features])[0] as number);
      return chanceWithin(features) > LIKELY ? Math.max(LIKELY, told) : told;
    },
    logTold: (features) => withMade(features, [logToldWithin([features])], 1)[0] as number,
    logAt(features, atGlance = false) {
      const places = flatten(features);
      const kept = limits.map((limit) => limit.logAt(places, atGlance));
      return withMade(places, kept, features.length);
    },
    ceilingsAt(features) {
      const places = flatten(features);
      const kept = limits.map((limit) => limit.ceilingsAt(places));
      return withMade(places, kept, features.length);
    },
    keeps: (features) => readWithin(features) && chanceWithin(features) > LIKELY,
    believe(features) {
      for (const limit of limits) limit.believe(features);
    },
    forget() {
      for (const limit of limits) limit.forget();
    },
  };
}
