import { expectedImprovement } from "../acquisition/expected-improvement.ts";
import { readable } from "../readable.ts";
import { normalCdf } from "../special-functions/normal.ts";
import type { Explanation } from "./explanation.ts";

/** Shares of an expected gain that add up to 1. */
interface Split {
  readonly exploit: number;
  readonly explore: number;
}

/**
 * Returns the share of an expected improvement that is had by being better on average, from 0 to 1; the rest by being uncertain.
 *
 * Expected improvement is (mean - incumbent)·Φ + sd·φ, and the first part is what exploits. A mean below the incumbent is exploration
 * alone. All in one unit, larger being better, `sd` not negative.
 */
export function exploitedShare(mean: number, sd: number, incumbent: number): number {
  const ahead = mean - incumbent;
  if (ahead <= 0) return 0;
  if (sd === 0) return 1;
  return Math.min(1, (ahead * normalCdf(ahead / sd)) / expectedImprovement(mean, sd, incumbent));
}

const NEARLY_ALL = 0.995;

/** Returns in words how much of a proposal is exploiting what is known and how much exploring what is not. */
export function explainSplit(exploit: number): Explanation<Split> {
  const numbers = { exploit, explore: 1 - exploit };
  if (exploit === 0) {
    return { numbers, why: "it is explored: it is not expected to beat the best so far, but so uncertain that it may" };
  }
  // A share of 1e-12 is true to no digit that it has.
  const most =
    exploit > NEARLY_ALL ? "a better expected value" : numbers.explore > NEARLY_ALL ? "being uncertain" : null;
  if (most !== null) return { numbers, why: `nearly all of its expected gain comes from ${most}` };
  const [percent, rest] = [readable(100 * exploit), readable(100 * numbers.explore)];
  const why = `${percent} % of its expected gain comes from a better expected value, ${rest} % from being uncertain`;
  return { numbers, why };
}
