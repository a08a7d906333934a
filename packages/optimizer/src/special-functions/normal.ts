import { erfc, erfcx } from "./erfcx.ts";
import { expSquare } from "./exp-square.ts";
import { log, log1p } from "./log.ts";

/** Returns Φ(z), the probability that a standard normal value is at most z; relative error about 1e-15 in either tail. */
export function normalCdf(z: number): number {
  if (z > -0.5) return 0.5 * erfc(-z * Math.SQRT1_2);
  // Through the scaled function, so that the rounding of z/√2 is not magnified by z².
  return 0.5 * expSquare(z, -0.5) * erfcx(-z * Math.SQRT1_2);
}

/** Returns ln Φ(z), finite far below where Φ(z) underflows; relative error about 1e-15. */
export function logNormalCdf(z: number): number {
  if (z < -1) return log(0.5 * erfcx(-z * Math.SQRT1_2)) - 0.5 * z * z;
  return log1p(-normalCdf(-z));
}
