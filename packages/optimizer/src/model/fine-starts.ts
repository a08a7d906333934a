import { log } from "../special-functions/log.ts";

// In ln, below the prior's mode: all lengthscales together, 0.22 and 0.05 of it, and each alone, 0.08.
const TOGETHER = [1.5, 3];
const ALONE = 2.5;
// The roughness that structure may leave over: more than exact readings have, and less than would hide it.
const LEFT_OVER = 0.05;

/**
 * In nats: so much more credible structure has to be that was not on the way of the search. What is tried at several places is found
 * somewhere by chance: of 17 to 20 designs of a noisy campaign a ripple seemed worth 10 nats that was gone with 25 of them, and ripples that
 * were there were worth 13 to 250.
 */
export const SURE = 12;

/**
 * Returns where structure may lie that a search from long lengthscales passes by, as ln(lengthscales) then ln(roughness): a ripple, a
 * narrow peak, a parameter that matters over a twentieth of its range. `best` is where the search ended, `mode` that of the prior of
 * ln(lengthscale). Where it took structure for noise no slope there points to it.
 */
export function fineStarts(best: Float64Array, mode: number): Float64Array[] {
  const roughness = log(LEFT_OVER);
  const count = best.length - 1;
  const together = TOGETHER.map((depth) => new Float64Array(count).fill(mode - depth));
  const alone = Array.from({ length: count }, (_, k) => best.subarray(0, count).with(k, mode - ALONE));
  return (count === 1 ? together : [...together, ...alone]).map((lengths) => Float64Array.of(...lengths, roughness));
}
