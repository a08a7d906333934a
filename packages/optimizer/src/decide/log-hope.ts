import { newsOf } from "../model/news-of.ts";
import { exp } from "../special-functions/exp.ts";
import { log } from "../special-functions/log.ts";

// Of the greatest chance of any candidate: a model whose bounds nothing keeps extrapolates, and is not believed beyond that.
const DOUBT = 0.01;

/**
 * Returns ln of what is hoped of a place while nothing measured keeps its bounds: its chance and a hundredth of the greatest, both given
 * as ln, times the square of the share that is news there. Always finite: where no place has any chance, the news alone counts, and is
 * less than any chance.
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
  const news = newsOf(place, known, place.length)[0] as number;
  if (news === 0) return -Number.MAX_VALUE;
  // A climb finds chances beyond the greatest of the candidates: the larger of the two is taken out of the sum.
  const larger = Math.max(logChance, greatest);
  if (larger === Number.NEGATIVE_INFINITY) return -(1 - news / 2) * Number.MAX_VALUE;
  return larger + log(exp(logChance - larger) + DOUBT * exp(greatest - larger)) + 2 * log(news);
}
