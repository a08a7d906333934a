import type { Kernel, KernelFamily, LikelihoodSlopes } from "../kernel/kernel-types.ts";
import { exp } from "../special-functions/exp.ts";
import { log } from "../special-functions/log.ts";
import { countGroups } from "./count-groups.ts";
import { lengthscalePrior, roughnessPrior } from "./hyper-prior.ts";
import { loadShared } from "./load-shared.ts";
import type { PooledReadings } from "./pool-replicates.ts";
import type { WidestVariance } from "./widest-surface.ts";

/** Of which process hyperparameters are looked for. */
export interface ProcessFrame {
  readonly groups: Int32Array;
  readonly family: KernelFamily;
  /** How many of the first groups tell campaigns apart. */
  readonly tasks: number;
  /** What the variance of the surface is at most; null where it is 1. */
  readonly widest: WidestVariance | null;
}

/**
 * Returns minus the log posterior density of hyperparameters in nats, up to a constant, with its gradient where that is wanted; `share` of the
 * roughness is noise. They are told as ln(lengthscales), ln(roughness ÷ variance) and, where the variance of the surface is learned, ln(variance ÷ the widest), which is 0 at most and has
 * half a normal prior of spread 1. Infinity where the covariance has no factor. Loads the kernel.
 */
export function hyperPosterior(
  kernel: Kernel,
  readings: PooledReadings,
  { groups, family, tasks, widest }: ProcessFrame,
  share: number,
): (logHyper: Float64Array, gradient: Float64Array | null) => number {
  loadShared(kernel, readings, groups, family, share, 0);
  const count = countGroups(groups);
  const prior = lengthscalePrior(count - tasks);
  const repeats = readings.readings - readings.count;
  const widening = new Float64Array(count);
  return (logHyper, gradient) => {
    const logRoughness = logHyper[count] as number;
    const narrower = widest === null ? 0 : (logHyper[count + 1] as number);
    const logVariance = widest === null ? 0 : narrower + widest(logHyper, widening);
    const variance = exp(logVariance);
    const noise = share * exp(logRoughness + logVariance);
    const theta = { lengthscales: logHyper.subarray(0, count).map(exp), noise: exp(logRoughness), jitter: 1e-9 };
    const slopes = gradient === null ? null : kernel.evaluate(theta, { slopes: true });
    const found = gradient === null ? kernel.evaluate(theta, { slopes: false }) : slopes;
    if (found === null) return Number.POSITIVE_INFINITY;
    const quadratic = found.quadratic / variance;
    // The constant takes one of the readings.
    const determinant = found.logDeterminant + (readings.count - 1) * logVariance;
    // Repeats tell of the noise alone: their scatter about their own means has no part of the design in it.
    const scatter = repeats === 0 ? 0 : repeats * log(noise) + readings.scatter / noise;
    let value = 0.5 * (quadratic + determinant + scatter) - roughnessPrior.density(logRoughness);
    value += 0.5 * narrower * narrower;
    for (let i = 0; i < count; i++) value -= prior.density(logHyper[i] as number);
    if (gradient !== null && slopes !== null) {
      const scatterSlope = repeats === 0 ? 0 : 0.5 * (repeats - readings.scatter / noise);
      const varianceSlope = 0.5 * (readings.count - 1 - quadratic) + scatterSlope;
      for (let i = 0; i < count; i++) {
        gradient[i] = halfDifference(slopes, i, variance) - prior.slope(logHyper[i] as number);
        if (widest !== null) gradient[i] = (gradient[i] as number) + varianceSlope * (widening[i] as number);
      }
      gradient[count] = halfDifference(slopes, count, variance) + scatterSlope - roughnessPrior.slope(logRoughness);
      if (widest !== null) gradient[count + 1] = varianceSlope + narrower;
    }
    return Number.isFinite(value) ? value : Number.POSITIVE_INFINITY;
  };
}

/** The slope of minus the log likelihood in one hyperparameter that the kernel knows. */
function halfDifference({ quadraticSlopes, traceSlopes }: LikelihoodSlopes, i: number, variance: number): number {
  return -0.5 * ((quadraticSlopes[i] as number) / variance - (traceSlopes[i] as number));
}
