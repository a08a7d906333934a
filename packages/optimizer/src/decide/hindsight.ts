import { logExpectedImprovement } from "../acquisition/log-expected-improvement.ts";
import type { Model } from "../model/fit-model.ts";
import type { Member } from "../model/member.ts";
import { exp } from "../special-functions/exp.ts";

// Of fewer designs all that improve on the others are one.
const FEWEST = 3;

/**
 * Returns how much better than their average those of the measured designs are that expected improvement would have picked, in standard
 * errors; 0 of fewer than three designs.
 *
 * Each design is judged by what all the others say of it, and by how much it was expected to better the best of them: with improvements eᵢ
 * and values yᵢ in standard deviations from their mean it is Σ eᵢyᵢ ÷ √Σ eᵢ², the mean of the picks times the root of how many count,
 * (Σ eᵢ)² ÷ Σ eᵢ². Skill says how well a model predicts all designs, most of which nobody would pick; this says what those are worth that
 * it would. Of noise it is about 1 and not 0, since the best itself has a lower bar to pass, the second.
 */
export function hindsight({ members, weights }: Model): number {
  return members.reduce((sum, member, m) => sum + (weights[m] as number) * hindsightOf(member), 0);
}

function hindsightOf({ readings, looRows }: Member): number {
  const { count, means: values } = readings;
  if (count < FEWEST) return 0;
  const middle = values.reduce((sum, value) => sum + value, 0) / count;
  const spread = Math.sqrt(values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (count - 1));
  if (!(spread > 0)) return 0;
  const top = values.reduce((most, value, row) => (value > (values[most] as number) ? row : most), 0);
  const next = values.reduce((most, value, row) => (row === top ? most : Math.max(most, value)), -Infinity);
  const logs = values.map((value, row) => {
    const foretold = value - (looRows.errors[row] as number);
    const best = (row === top ? next : values[top]) as number;
    return logExpectedImprovement(foretold, Math.sqrt(looRows.variances[row] as number), best);
  });
  const most = logs.reduce((one, other) => Math.max(one, other), -Infinity);
  let [weighed, squares] = [0, 0];
  for (let row = 0; row < count; row++) {
    const weight = exp((logs[row] as number) - most);
    // The others' mean is what one would say of a design without a model.
    const better = (((values[row] as number) - middle) * count) / ((count - 1) * spread);
    weighed += weight * better;
    squares += weight * weight;
  }
  return weighed / Math.sqrt(squares);
}
