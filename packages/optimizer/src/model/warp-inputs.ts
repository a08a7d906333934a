import { exp } from "../special-functions/exp.ts";
import { log } from "../special-functions/log.ts";

/** Exponents a and b of 1 - (1 - xᵃ)ᵇ, a monotone map of [0, 1] onto itself; 1 and 1 leave x as it is. */
export type Warp = readonly [a: number, b: number];

export const UNWARPED: Warp = [1, 1];

/**
 * Returns row-major features, each column bent by its warp: the distribution function of P. Kumaraswamy, J. Hydrology 46 (1980) 79–88,
 * as input warp after J. Snoek et al., "Input warping for Bayesian optimization of non-stationary functions", ICML 2014.
 *
 * What lies outside [0, 1] stays as it is, so that designs that differ go on to differ. Null for `warps` bends nothing.
 */
export function warpInputs(features: Float64Array, warps: readonly Warp[] | null): Float64Array {
  if (warps === null) return features;
  const bent = new Float64Array(features.length);
  const width = warps.length;
  for (let k = 0; k < width; k++) {
    const [a, b] = warps[k] as Warp;
    for (let i = k; i < bent.length; i += width) bent[i] = warped(features[i] as number, a, b);
  }
  return bent;
}

function warped(x: number, a: number, b: number): number {
  if (!(x > 0 && x < 1)) return x;
  return 1 - power(1 - power(x, a), b);
}

/** Of a number in (0, 1); the powers that are plain cost no logarithm. */
function power(x: number, exponent: number): number {
  if (exponent === 1) return x;
  if (exponent === 2) return x * x;
  if (exponent === 0.5) return Math.sqrt(x);
  return exp(exponent * log(x));
}
