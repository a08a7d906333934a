import { log, log1p } from "../special-functions/log.ts";
import { log1mexp } from "../special-functions/log1mexp.ts";
import { logNormalCdf, normalCdf } from "../special-functions/normal.ts";

const LOG_SQRT_TWO_PI = 0.5 * log(2 * Math.PI);
// Up to this width in standard deviations, over its distance from the mean, the density at the middle is exact to 1e-10.
const NARROW = 1e-5;

/**
 * Returns the logarithm of the probability that a normal value lies from `min` to `max`, either of which may be left out.
 *
 * All in one unit, `variance` in its square and not negative; with variance 0 it is 0 or -Infinity. Finite far out in either
 * tail, where the probability underflows, up to 1e154 standard deviations. -Infinity when `max` is below `min`.
 */
export function logProbabilityWithin(mean: number, variance: number, min?: number, max?: number): number {
  const low = min ?? Number.NEGATIVE_INFINITY;
  const high = max ?? Number.POSITIVE_INFINITY;
  if (variance === 0) return mean >= low && mean <= high ? 0 : Number.NEGATIVE_INFINITY;
  const sd = Math.sqrt(variance);
  const a = (low - mean) / sd;
  const b = (high - mean) / sd;
  if (!(a < b)) return Number.NEGATIVE_INFINITY;
  if (a === Number.NEGATIVE_INFINITY) return logNormalCdf(b);
  if (b === Number.POSITIVE_INFINITY) return logNormalCdf(-a);
  const middle = (a + b) / 2;
  // A difference of two cumulative values would be lost to rounding here.
  if ((b - a) * (1 + Math.abs(middle)) < NARROW) return log(b - a) - 0.5 * middle * middle - LOG_SQRT_TWO_PI;
  if (a < 0 && b > 0) return log1p(-(normalCdf(a) + normalCdf(-b)));
  // Both ends on one side: taken in the lower tail, where the logarithms are exact.
  const [far, near] = a >= 0 ? [-b, -a] : [a, b];
  const most = logNormalCdf(near);
  if (most === Number.NEGATIVE_INFINITY) return most;
  return most + log1mexp(logNormalCdf(far) - most);
}
