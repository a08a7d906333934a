import { ceilingWithin } from "../acquisition/ceiling-within.ts";
import type { OutcomeLimit } from "../acquisition/log-feasibility.ts";
import { logProbabilityWithin } from "../acquisition/log-probability-within.ts";
import { lookAt } from "../model/look-at.ts";
import type { FittedLimit } from "./fit-limit.ts";
import { flatten } from "../space/flatten.ts";
import { toldDeviate } from "./widening.ts";
import { keyOf } from "../space/key-of.ts";

/** How likely one measured quantity is to keep its limits. */
export interface KeptLimit {
  /** Whether a closer look costs more than a glance. */
  readonly isDear: boolean;
  /** Returns ln of the probability at each encoded place, row-major, not measured yet; at a glance, by the variances of a part of many readings. */
  logAt(places: Float64Array, atGlance: boolean): Float64Array;
  /** Returns upper bounds of `logAt`, which hold whatever is believed later. */
  ceilingsAt(places: Float64Array): Float64Array;
  /** Returns ln of the probability at encoded places, measured ones among them: there by what was read and the noise that is believed to be in it. */
  logMeasured(features: readonly Float64Array[]): Float64Array;
  /** Returns the same as it is to be told: as wide as intervals are, since the process takes its scale and lengthscales for known. */
  logTold(features: readonly Float64Array[]): Float64Array;
  /** Believes one more reading at an encoded place, equal to its mean. */
  believe(features: Float64Array): void;
  /** Forgets every reading that was only believed. */
  forget(): void;
}

/** Returns how likely a fitted quantity is to keep its limits. */
export function keptLimit(fitted: FittedLimit): KeptLimit {
  const { member, restore, limits } = inSquares(fitted);
  const overAll = (means: Float64Array, variances: Float64Array, of: (mean: number, variance: number) => number) =>
    means.map((own, i) => {
      const mean = restore(own);
      return of(mean, (restore(own + Math.sqrt(variances[i] as number)) - mean) ** 2);
    });
  const within = (mean: number, variance: number) => logProbabilityWithin(mean, variance, limits.min, limits.max);
  const told = (mean: number, variance: number) => {
    if (variance === 0) return within(mean, variance);
    const deviate = (bound: number | undefined) =>
      bound === undefined ? undefined : toldDeviate(member, (bound - mean) / Math.sqrt(variance));
    return logProbabilityWithin(0, 1, deviate(limits.min), deviate(limits.max));
  };
  const logAt = (places: Float64Array, atGlance: boolean, of = within) => {
    const { means, variances } = lookAt(member, places, atGlance);
    return overAll(means, variances, of);
  };
  const { count, dimensions, inputs } = member.readings;
  const rowAt = new Map(
    Array.from({ length: count }, (_, row) => [keyOf(inputs.subarray(row * dimensions, (row + 1) * dimensions)), row]),
  );
  const logKnown = (features: readonly Float64Array[], of: typeof within) => {
    const rows = features.map((own) => rowAt.get(keyOf(own)) ?? -1);
    const others = logAt(flatten(features.filter((_, i) => (rows[i] as number) < 0)), false, of);
    const known = overAll(member.measured.means, member.measured.variances, of);
    let other = 0;
    return Float64Array.from(rows, (row) => (row < 0 ? others[other++] : known[row]) as number);
  };
  return {
    isDear: member.glimpse !== null,
    logAt: (places, atGlance) => logAt(places, atGlance),
    ceilingsAt(places) {
      const { means, variances } = lookAt(member, places, true);
      return overAll(means, variances, (mean, variance) => ceilingWithin(mean, variance, limits));
    },
    logMeasured: (features) => logKnown(features, within),
    logTold: (features) => logKnown(features, told),
    believe: (features) => member.believe(features),
    forget: () => member.forget(),
  };
}

// Spreads whose squares are far from the ends of the range of doubles.
const SQUARED = { least: 1e-100, most: 1e100 } as const;

/** The limits in the unit of the quantity; where a variance would be 0 or infinite in it, as the member sees them. */
function inSquares({ member, min, max }: FittedLimit): {
  readonly member: FittedLimit["member"];
  readonly limits: OutcomeLimit;
  readonly restore: (value: number) => number;
} {
  const spread = Math.abs(member.restore(1) - member.restore(0));
  if (spread > SQUARED.least && spread < SQUARED.most) {
    return { member, limits: { min, max }, restore: (value) => member.restore(value) };
  }
  const place = (bound: number | undefined) => (bound === undefined ? undefined : member.place(bound));
  return { member, limits: { min: place(min), max: place(max) }, restore: (value) => value };
}
