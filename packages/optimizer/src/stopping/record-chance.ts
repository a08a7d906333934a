import { exp } from "../special-functions/exp.ts";

/**
 * Returns the probability, 0 to 1, that the best of so many more experiments is better than the best of those so far by more than `gain`, at least 0, where nothing
 * is known but how good those were; null where all of `values` are the same or there are fewer than two, which says nothing of how far apart designs are.
 *
 * If what is still to come is like what was, the best of all is any of them with the same probability: one of m more after n with m ÷ (n + m). Beyond the best
 * of them values fall off exponentially as a rule, with the mean distance s of the best √n from the next one. The best of many is then Gumbel distributed around
 * s·ln of their number, and the difference of two such is logistic: m·x ÷ (n + m·x) with x = exp(-gain ÷ s) (E. J. Gumbel, Statistics of Extremes, 1958).
 *
 * `made`, at least as many as there are `values`, larger being better, counts what gave none too, since what is to come may fail as well.
 */
export function recordChance(
  values: readonly number[],
  made: number,
  experiments: number,
  gain: number,
): number | null {
  const falling = values.toSorted((a, b) => b - a);
  const [best] = falling;
  if (best === undefined || best === falling.at(-1)) return null;
  const tail = Math.min(falling.length - 1, Math.round(Math.sqrt(falling.length)));
  const next = falling[tail] as number;
  const apart = falling.slice(0, tail).reduce((sum, value) => sum + (value / tail - next / tail), 0);
  // Where so many read alike, that may be as good as it gets.
  if (!(apart > 0)) return 0;
  const alike = experiments * exp(-gain / apart);
  return alike / (made + alike);
}
