import type { CandidateBeliefs } from "./sampled-outcomes.ts";
import { logProbabilityWithin } from "./log-probability-within.ts";

/** Limits of one measured quantity, in its unit; at least one of the two. */
export interface OutcomeLimit {
  readonly min?: number | undefined;
  readonly max?: number | undefined;
}

/**
 * Returns, per candidate, the logarithm of the probability that it keeps every limit, one a quantity, quantities being
 * independent.
 *
 * To be added to a log gain; as long as nothing measured keeps the limits it is the whole acquisition.
 */
export function logFeasibility({ means, variances }: CandidateBeliefs, limits: readonly OutcomeLimit[]): Float64Array {
  const count = limits.length === 0 ? 0 : means.length / limits.length;
  const sums = new Float64Array(count);
  limits.forEach(({ min, max }, k) => {
    for (let i = 0; i < count; i++) {
      const at = k * count + i;
      const own = logProbabilityWithin(means[at] as number, variances[at] as number, min, max);
      sums[i] = (sums[i] as number) + own;
    }
  });
  return sums;
}
