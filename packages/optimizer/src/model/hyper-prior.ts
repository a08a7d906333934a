import { log } from "../special-functions/log.ts";

/** The logarithm of a density in a logarithm, and its derivative. */
export interface LogPrior {
  readonly mode: number;
  density(logValue: number): number;
  slope(logValue: number): number;
}

// Of √groups. With 1 a hill in six dimensions is climbed too slowly, with 0.5 what is rough is taken for hills (decision 70).
const MEDIAN = 0.7;

/**
 * Returns the prior of ln(lengthscale) where `groups` lengthscales share a unit cube: normal, median 0.7·√groups, spread 0.8.
 *
 * Distances in a cube grow with the square root of its dimension, so lengthscales do too (C. Hvarfner et al., "Vanilla
 * Bayesian optimization performs great in high dimensions", ICML 2024). The median is longer than BoTorch's mode of 0.2·√d and the
 * spread smaller: with the few readings of a young campaign a short lengthscale is a belief in nothing but the corners.
 */
export function lengthscalePrior(groups: number): LogPrior {
  return normal(log(MEDIAN) + 0.5 * log(groups), 0.8);
}

/** The prior of ln(variance of a reading about the smooth surface), readings standardised: normal, median 0.0135, spread 1. */
export const roughnessPrior: LogPrior = normal(log(0.0135), 1);

function normal(mean: number, spread: number): LogPrior {
  return {
    mode: mean,
    density: (logValue) => -0.5 * ((logValue - mean) / spread) * ((logValue - mean) / spread) - log(spread),
    slope: (logValue) => -(logValue - mean) / (spread * spread),
  };
}
