import { logNormalCdf } from "../special-functions/normal.ts";
import type { OutcomeLimit } from "./log-feasibility.ts";

// Far above rounding, far below what matters.
const SLACK = 1e-6;

/**
 * Returns an upper bound of `logProbabilityWithin` at every variance from 0 to `variance`.
 *
 * A mean within its limits may be as good as certain, so the bound is 0 there. Beyond one of them the probability of lying within that
 * one alone grows with the variance.
 */
export function ceilingWithin(mean: number, variance: number, { min, max }: OutcomeLimit): number {
  const beyond = Math.max((min ?? Number.NEGATIVE_INFINITY) - mean, mean - (max ?? Number.POSITIVE_INFINITY));
  if (!(beyond > 0)) return 0;
  return variance === 0
    ? Number.NEGATIVE_INFINITY
    : logNormalCdf(-beyond / (Math.sqrt(variance) * (1 + SLACK))) + SLACK;
}
