import type { Prediction } from "@labloop/contracts";
import type { Surrogate } from "./surrogate/fit-surrogate.ts";

/** Half-width of the central 90 % of a normal distribution, in standard deviations. */
const NORMAL_90 = 1.6448536269514722;

/**
 * Returns a standardised mean and variance as a prediction in the objective's unit.
 *
 * An interval end that leaves the range of doubles stops at its edge, since Infinity has no place in JSON.
 */
export function predictValue(surrogate: Surrogate, standardMean: number, standardVariance: number): Prediction {
  const mean = finite(surrogate.restore(standardMean));
  const sd = finite(surrogate.restoreSpread(Math.sqrt(standardVariance)));
  return { mean, sd, interval90: [finite(mean - NORMAL_90 * sd), finite(mean + NORMAL_90 * sd)] };
}

function finite(value: number): number {
  return Math.min(Math.max(value, -Number.MAX_VALUE), Number.MAX_VALUE);
}
