import { exp, expm1 } from "../special-functions/exp.ts";
import { log } from "../special-functions/log.ts";

// Root mean square over features, of their range: what lies much nearer to a design that was measured would read nearly the same.
const ALIKE = 0.03;
// Of the greatest chance of any candidate: a model whose bounds nothing keeps extrapolates, and is not believed beyond that.
const DOUBT = 0.01;

/**
 * Returns ln of what is hoped of a place while nothing measured keeps its bounds: its chance and a hundredth of the greatest, both given
 * as ln, times 1 - exp(-½ r⁴), r the distance to the nearest known place in units of 0.03 of the range of each feature.
 *
 * The likeliest place is one step from the last that broke its bounds: what a model takes for a property of that design alone it
 * hopes to be better at the next.
 */
export function logHope(
  logChance: number,
  greatest: number,
  place: Float64Array,
  known: readonly Float64Array[],
): number {
  let least = Number.POSITIVE_INFINITY;
  for (const other of known) {
    let square = 0;
    for (let k = 0; k < place.length; k++) square += ((place[k] as number) - (other[k] as number)) ** 2;
    least = Math.min(least, square);
  }
  const square = least / (place.length * ALIKE * ALIKE);
  const news = square === 0 ? -Number.MAX_VALUE : log(-expm1(-0.5 * square * square));
  // A climb finds chances beyond the greatest of the candidates: the larger of the two is taken out of the sum.
  const larger = Math.max(logChance, greatest);
  return larger + log(exp(logChance - larger) + DOUBT * exp(greatest - larger)) + news;
}
