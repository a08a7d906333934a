import { meanReading, type OutcomeConstraint } from "@labloop/contracts";
import { logFeasibility } from "../acquisition/log-feasibility.ts";
import { learnFeasibility } from "../feasibility/learn-feasibility.ts";
import type { Space } from "../space/space.ts";
import { exp } from "../special-functions/exp.ts";
import type { TrialReadings } from "../study/read-trials.ts";
import { lookAt } from "../model/look-at.ts";
import { type FittedLimit, fitLimit } from "./fit-limit.ts";
import { flatten } from "./flatten.ts";

/** How likely designs are to be of use: that they can be made, and that what is measured there keeps its bounds. */
export interface Chances {
  /** Whether any design could not be made. */
  readonly failed: boolean;
  /** Returns ln of the probability of each encoded design; at a glance, by the variances of a part of many readings. */
  logAt(features: readonly Float64Array[], atGlance?: boolean): Float64Array;
  /** Returns whether the means of what was read at an encoded design may lie within their bounds; of what was not read nothing is asked. */
  readWithin(features: Float64Array): boolean;
  /** Returns the probability that the measured quantities of an encoded design keep their bounds, before anything is believed. */
  chanceWithin(features: Float64Array): number;
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
  const made =
    readings.infeasible.length === 0
      ? null
      : learnFeasibility({
          features: attempts.map((trial) => readings.features[trial] as Float64Array),
          groups: space.groups,
          feasible: attempts.map((_, i) => i < readings.feasible.length),
        });
  const limits = outcomeConstraints.flatMap((constraint) => {
    const fitted = fitLimit(space, readings, constraint);
    return fitted === null ? [] : [inSquares(fitted)];
  });
  const broken = new Set(outcomeConstraints.flatMap((constraint) => placesBroken(readings, constraint)));
  /** One ln per design, of the measured quantities alone. */
  const kept = (features: readonly Float64Array[], atGlance = false) => {
    const count = features.length;
    const places = flatten(features);
    const means = new Float64Array(limits.length * count);
    const variances = new Float64Array(limits.length * count);
    limits.forEach(({ member, restore }, k) => {
      const own = lookAt(member, places, atGlance);
      for (let i = 0; i < count; i++) {
        const mean = restore(own.means[i] as number);
        means[k * count + i] = mean;
        variances[k * count + i] =
          (restore((own.means[i] as number) + Math.sqrt(own.variances[i] as number)) - mean) ** 2;
      }
    });
    return limits.length === 0 ? new Float64Array(count) : logFeasibility({ means, variances }, limits);
  };
  const readWithin = (features: Float64Array) => !broken.has(features.join());
  // A decision asks this of every reading several times, and one prediction of n designs costs far less than n of one.
  const tried = distinctPlaces(attempts.map((trial) => readings.features[trial] as Float64Array));
  const logs = kept(tried);
  const chanceAt = new Map(tried.map((own, i) => [own.join(), exp(logs[i] as number)]));
  const chanceWithin = (features: Float64Array) => chanceAt.get(features.join()) ?? exp(kept([features])[0] as number);
  return {
    failed: made !== null,
    readWithin,
    chanceWithin,
    logAt(features, atGlance) {
      const within = kept(features, atGlance);
      const possible = made?.logProbabilities(flatten(features));
      return possible === undefined ? within : within.map((own, i) => own + (possible[i] as number));
    },
    keeps: (features) => readWithin(features) && chanceWithin(features) > LIKELY,
    believe(features) {
      for (const { member } of limits) member.believe(features);
    },
    forget() {
      for (const { member } of limits) member.forget();
    },
  };
}

// Spreads whose squares are far from the ends of the range of doubles.
const SQUARED = { least: 1e-100, most: 1e100 } as const;

/** A limited quantity with the way from its member's values to those that its limits are in. */
interface Judged extends FittedLimit {
  readonly restore: (value: number) => number;
}

/** The limits in the unit of the quantity; where a variance would be 0 or infinite in it, as the member sees them. */
function inSquares(fitted: FittedLimit): Judged {
  const { member, min, max } = fitted;
  const spread = Math.abs(member.restore(1) - member.restore(0));
  if (spread > SQUARED.least && spread < SQUARED.most) return { ...fitted, restore: (value) => member.restore(value) };
  const place = (bound: number | undefined) => (bound === undefined ? undefined : member.place(bound));
  return { member, min: place(min), max: place(max), restore: (value) => value };
}

function distinctPlaces(features: readonly Float64Array[]): Float64Array[] {
  return [...new Map(features.map((own) => [own.join(), own])).values()];
}

/**
 * The encoded places where the mean of what was read breaks a limit. A reading beyond the range of the instrument may be anything beyond
 * its bound: where the mean may lie on either side of the limit, it breaks nothing.
 */
function placesBroken({ features, quantities }: TrialReadings, { name, min, max }: OutcomeConstraint): string[] {
  const { exact, censored } = quantities.get(name) ?? { exact: [], censored: [] };
  const ends = [
    ...exact.map(({ trial, value }) => ({ trial, low: value, high: value, open: false })),
    ...censored.map(({ trial, side, bound }) => ({
      trial,
      low: side === "above" ? bound : Number.NEGATIVE_INFINITY,
      high: side === "below" ? bound : Number.POSITIVE_INFINITY,
      open: true,
    })),
  ];
  const read = Map.groupBy(ends, ({ trial }) => (features[trial] as Float64Array).join());
  return [...read].flatMap(([place, own]) => {
    const low = meanReading(own.map((one) => one.low));
    const high = meanReading(own.map((one) => one.high));
    const isOpen = own.some(({ open }) => open);
    // What lies below the least allowed, or above the most, does so however little.
    const under = min !== undefined && (high < min || (isOpen && high === min));
    const over = max !== undefined && (low > max || (isOpen && low === max));
    return under || over ? [place] : [];
  });
}
