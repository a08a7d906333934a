import { expectedImprovement } from "../acquisition/expected-improvement.ts";
import { normalCdf } from "../special-functions/normal.ts";
import { readable } from "../readable.ts";
import type { Explanation } from "./explanation.ts";

/**
 * Returns how much of a proposal is exploiting what is known and how much exploring what is not, shares that add up to 1.
 *
 * Expected improvement is (mean - incumbent)·Φ + sd·φ: the first part is had by being better on average, the second by being
 * uncertain. A mean below the incumbent is exploration alone. All in one unit, larger being better, `sd` not negative.
 */
export function explainSplit(
  mean: number,
  sd: number,
  incumbent: number,
): Explanation<{ readonly exploit: number; readonly explore: number }> {
  const ahead = mean - incumbent;
  const exploit =
    ahead <= 0 ? 0 : sd === 0 ? 1 : (ahead * normalCdf(ahead / sd)) / expectedImprovement(mean, sd, incumbent);
  const numbers = { exploit: Math.min(1, exploit), explore: Math.max(0, 1 - exploit) };
  if (ahead <= 0) {
    return { numbers, why: "it is explored: it is not expected to beat the best so far, but so uncertain that it may" };
  }
  const [percent, rest] = [readable(100 * numbers.exploit), readable(100 * numbers.explore)];
  const why = `${percent} % of its expected gain comes from a better expected value, ${rest} % from being uncertain`;
  return { numbers, why };
}
