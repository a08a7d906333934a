import type { Model } from "../model/fit-model.ts";
import { lookAt } from "../model/look-at.ts";
import type { Belief } from "../model/member.ts";
import { type Gain, type Gains, SLACK } from "./gains.ts";
import { gatherRows } from "./gather-rows.ts";

// Beside the best candidate a few looks often tell that the others are worse.
const FEW = 8;

/**
 * Returns the weighted gains of places, row-major with so many features, none of them measured, by their positions among them; -Infinity
 * where one is below `bar` or below that of another.
 *
 * Where a look costs more than a glance, places are looked at from the highest ceiling down to where none reaches the greatest gain found.
 */
export function gainsAt(model: Model, places: Float64Array, width: number, gains: Gains, bar: number): Float64Array {
  const { members, weights } = model;
  const { gain, ceiling, rest } = gains;
  const all = Array.from({ length: places.length / width }, (_, i) => i);
  const weigh = (beliefs: readonly Belief[], own: Gain, positions: readonly number[], slack = 0) => {
    const sums = new Float64Array(positions.length);
    beliefs.forEach(({ means, variances }, m) => {
      positions.forEach((position, i) => {
        const spread = Math.sqrt(variances[i] as number);
        const value = own(position, (means[i] as number) + slack, spread * (1 + slack) + slack, m);
        sums[i] = (sums[i] as number) + (weights[m] as number) * value;
      });
    });
    return sums;
  };
  const exact = (positions: readonly number[]) => {
    rest?.learn(positions);
    const own = gatherRows(places, width, positions);
    return weigh(
      members.map((member) => member.predict(own)),
      gain,
      positions,
    );
  };
  if (rest === null && members.every(({ glimpse }) => glimpse === null)) return exact(all);
  rest?.glance(all);
  const seen = members.map((member) => lookAt(member, places, true));
  const bounds = weigh(seen, ceiling, all, SLACK);
  const order = all.toSorted((a, b) => (bounds[b] as number) - (bounds[a] as number) || a - b);
  const sums = new Float64Array(all.length).fill(Number.NEGATIVE_INFINITY);
  let highest = bar;
  for (let first = 0; first < order.length; first += FEW) {
    const hopeful = order.slice(first, first + FEW).filter((position) => !((bounds[position] as number) < highest));
    if (hopeful.length === 0) break;
    exact(hopeful).forEach((sum, i) => {
      sums[hopeful[i] as number] = sum;
      highest = Math.max(highest, sum);
    });
  }
  return sums;
}
