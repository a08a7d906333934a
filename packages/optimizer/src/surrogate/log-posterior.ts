import type { Kernel } from "../kernel/kernel-types.ts";
import { exp } from "../special-functions/exp.ts";
import { log } from "../special-functions/log.ts";
import type { PooledReadings } from "./pool-replicates.ts";
import type { HyperPriors } from "./priors.ts";

/** Evaluates at ln(lengthscales) then ln(noise variance); writes the gradient; -Infinity where the covariance is singular. */
export type LogPosterior = (logHyper: Float64Array, gradient: Float64Array) => number;

/**
 * Returns the log posterior density of the hyperparameters given the pooled readings that `kernel` holds, in nats, up to no
 * constant.
 *
 * The model is reading = c + f(x) + noise, f a Gaussian process with unit variance and Matérn-5/2 correlation, c the
 * constant that maximises the likelihood (so the gradient needs no term for it). With nᵢ replicates of input i
 * the density of all readings is exactly N(means; c, K + s²·diag(1/nᵢ)) · ∏ (2πs²)^(-(nᵢ-1)/2) nᵢ^(-1/2) ·
 * exp(-scatter/(2s²)). Gradient: Rasmussen and Williams, 2006, equation 5.9.
 */
export function createLogPosterior(readings: PooledReadings, priors: HyperPriors, kernel: Kernel): LogPosterior {
  const { dimensions: d, replicates, scatter } = readings;
  const repeats = readings.readings - readings.count;
  const constant =
    -0.5 * readings.readings * log(2 * Math.PI) - 0.5 * replicates.reduce((sum, count) => sum + log(count), 0);

  return (logHyper, gradient) => {
    const logNoise = logHyper[d] as number;
    const noise = exp(logNoise);
    const found = kernel.evaluate({ lengthscales: logHyper.subarray(0, d).map(exp), noise }, { slopes: true });
    if (found === null) return Number.NEGATIVE_INFINITY;
    const { quadratic, logDeterminant, quadraticSlopes, traceSlopes } = found;
    const spread = repeats * logNoise + scatter / noise;
    let value = constant - 0.5 * (quadratic + logDeterminant + spread) + priors.noise.logDensity(logNoise);
    for (let i = 0; i <= d; i++) gradient[i] = 0.5 * ((quadraticSlopes[i] as number) - (traceSlopes[i] as number));
    for (let i = 0; i < d; i++) {
      const logLength = logHyper[i] as number;
      value += priors.lengthscale.logDensity(logLength);
      gradient[i] = (gradient[i] as number) + priors.lengthscale.slope(logLength);
    }
    gradient[d] = (gradient[d] as number) - 0.5 * (repeats - scatter / noise) + priors.noise.slope(logNoise);
    return Number.isFinite(value) ? value : Number.NEGATIVE_INFINITY;
  };
}
