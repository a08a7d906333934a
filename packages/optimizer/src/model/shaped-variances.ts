import { exp } from "../special-functions/exp.ts";
import { spreadOf } from "./standardise.ts";

// In standard units: what is claimed to be smaller would make a duplicate singular, what is larger tells nothing.
const LEAST_KNOWN = 1e-8;
const MOST_KNOWN = 1e6;

/** Returns the variances of known noise after a bend, by its slope at each reading, in standard units; 0 where none is known. */
export function shapedVariances(
  values: readonly number[],
  uncertainties: readonly (number | null)[],
  logSlopes: readonly number[],
): number[] {
  const unit = spreadOf(values);
  return uncertainties.map((own, i) => {
    if (own === null) return 0;
    const spread = (own / unit) * exp(logSlopes[i] as number);
    return held(spread * spread);
  });
}

/** Returns a variance of known noise, 0 where none is, once what it is of is divided by `scale`, > 0. */
export function rescaledVariance(variance: number, scale: number): number {
  return variance === 0 ? 0 : held(variance / scale / scale);
}

function held(variance: number): number {
  return Math.min(MOST_KNOWN, Math.max(LEAST_KNOWN, variance));
}
