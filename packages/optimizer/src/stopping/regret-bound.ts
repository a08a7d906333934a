import { readable } from "../readable.ts";
import type { StopVerdict } from "./verdict.ts";

/** Beliefs about every design that may be chosen in the end, larger being better, all in one unit. */
export interface RegretOutlook {
  readonly means: Float64Array;
  readonly variances: Float64Array;
  /** Standard deviations of confidence, about 2. */
  readonly confidence: number;
  /** Stop when the bound is at most this. */
  readonly tolerance: number;
}

/**
 * Returns whether what can still be lost by stopping is small enough; the value is the bound, in the unit of the means.
 *
 * The bound is the highest upper confidence limit of any design less the highest lower one (S. Makarova and others, "Automatic
 * termination for hyperparameter optimization", AutoML 2022). Infinite without designs.
 */
export function regretBound({ means, variances, confidence, tolerance }: RegretOutlook): StopVerdict {
  let upper = Number.NEGATIVE_INFINITY;
  let lower = Number.NEGATIVE_INFINITY;
  means.forEach((mean, i) => {
    const margin = confidence * Math.sqrt(variances[i] as number);
    upper = Math.max(upper, mean + margin);
    lower = Math.max(lower, mean - margin);
  });
  const value = means.length === 0 ? Number.POSITIVE_INFINITY : upper - lower;
  const stop = value <= tolerance;
  const loss = `stopping now loses at most ${readable(value)}, at ${readable(confidence)} standard deviations of confidence`;
  return {
    rule: "regret-bound",
    stop,
    value,
    why: `${loss}, ${stop ? "within" : "more than"} the ${readable(tolerance)} allowed`,
  };
}
