import { createRandom } from "../random/create-random.ts";

/** A figure with its 95 % interval. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

const RESAMPLES = 1_000;
const SEED = 95;

/**
 * Returns a figure over campaigns with the central 95 % of a thousand resamples of whole campaigns; null when there is no figure.
 * `statistic` is given indices of campaigns, and a resample without a figure counts as `absent`.
 */
export function bootstrap(
  campaigns: number,
  statistic: (indices: readonly number[]) => number | null,
  absent = 0,
): Estimate | null {
  const value = statistic(Array.from({ length: campaigns }, (_, i) => i));
  if (value === null) return null;
  const random = createRandom(SEED);
  const resampled = Array.from({ length: RESAMPLES }, () => {
    const indices = Array.from({ length: campaigns }, () => Math.floor(random.uniform() * campaigns));
    return statistic(indices) ?? absent;
  });
  return { value, low: quantile(resampled, 0.025), high: quantile(resampled, 0.975) };
}

/** Returns a quantile of values, between two of them by linear interpolation; NaN when there are none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = share * (sorted.length - 1);
  const below = sorted[Math.floor(at)] ?? Number.NaN;
  const above = sorted[Math.ceil(at)] ?? Number.NaN;
  return below === above ? below : below + (at - Math.floor(at)) * (above - below);
}

/** Returns the arithmetic mean; NaN when there are no values. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
