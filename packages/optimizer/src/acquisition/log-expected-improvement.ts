import { erfcx } from "../special-functions/erfcx.ts";
import { exp } from "../special-functions/exp.ts";
import { log, log1p } from "../special-functions/log.ts";
import { log1mexp } from "../special-functions/log1mexp.ts";

const LOG_SQRT_TWO_PI = 0.5 * log(2 * Math.PI);
const HALF_LOG_HALF_PI = 0.5 * log(Math.PI / 2);

/**
 * Returns the natural logarithm of the expected improvement of a normal prediction over the incumbent, maximising.
 *
 * `mean` and `incumbent` share a unit with `sd`, which must not be negative; with `sd` 0 the improvement is certain
 * and the answer is its logarithm, or -Infinity. It stays finite where the expected improvement itself underflows.
 * Formula: S. Ament et al., "Unexpected improvements to expected improvement for Bayesian optimization",
 * NeurIPS 2023, equation 9.
 */
export function logExpectedImprovement(mean: number, sd: number, incumbent: number): number {
  if (sd === 0) return mean > incumbent ? log(mean - incumbent) : Number.NEGATIVE_INFINITY;
  return log(sd) + logImprovement((mean - incumbent) / sd);
}

/** Returns ln(φ(u) + u·Φ(u)), the logarithm of the expected improvement in units of the standard deviation. */
export function logImprovement(u: number): number {
  if (u > -1) return log(density(u) + u * (1 - 0.5 * exp(-0.5 * u * u) * erfcx(u * Math.SQRT1_2)));
  const logDensity = -0.5 * u * u - LOG_SQRT_TWO_PI;
  if (u > -30) return logDensity + log1mexp(log(erfcx(-u * Math.SQRT1_2) * -u) + HALF_LOG_HALF_PI);
  // The difference above loses ε·u² to cancellation; here the asymptotic series of Mills' ratio,
  // 1/u² - 3/u⁴ + 15/u⁶ - 105/u⁸ + …, is exact to rounding after these terms.
  const t = 1 / (u * u);
  return logDensity - 2 * log(-u) + log1p(-t * (3 - t * (15 - t * (105 - t * (945 - t * 10395)))));
}

function density(u: number): number {
  return exp(-0.5 * u * u - LOG_SQRT_TWO_PI);
}
