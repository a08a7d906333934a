import type { Random } from "../random/create-random.ts";
import { exp } from "../special-functions/exp.ts";
import { log } from "../special-functions/log.ts";

/** A density of a positive quantity, taken in the quantity itself and differentiated in its logarithm. */
interface Prior {
  readonly mode: number;
  /** Natural logarithm of the density at exp(`logValue`). */
  logDensity(logValue: number): number;
  /** Derivative of `logDensity` by `logValue`. */
  slope(logValue: number): number;
  /** Logarithm of a random value. */
  drawLog(random: Random): number;
}

/** The priors of a surrogate's hyperparameters. */
export interface HyperPriors {
  /** Of every lengthscale, in units of the unit cube. */
  readonly lengthscale: Prior;
  /** Of the variance of one reading's noise, readings being standardised. */
  readonly noise: Prior;
}

/**
 * Returns the dimension-scaled priors for `dimensions` inputs.
 *
 * Lengthscales ~ LogNormal(√2 + ½·ln d, √3), noise variance ~ LogNormal(-4, 1): C. Hvarfner et al., "Vanilla Bayesian
 * optimization performs great in high dimensions", ICML 2024, and the defaults of BoTorch since 0.12.
 */
export function createPriors(dimensions: number): HyperPriors {
  return {
    lengthscale: logNormal(Math.SQRT2 + 0.5 * log(dimensions), Math.sqrt(3)),
    noise: logNormal(-4, 1),
  };
}

function logNormal(mu: number, sigma: number): Prior {
  const constant = -log(sigma) - 0.5 * log(2 * Math.PI);
  return {
    mode: exp(mu - sigma * sigma),
    logDensity: (logValue) => {
      const z = (logValue - mu) / sigma;
      return constant - logValue - 0.5 * z * z;
    },
    slope: (logValue) => -1 - (logValue - mu) / (sigma * sigma),
    drawLog: (random) => mu + sigma * random.normal(),
  };
}
