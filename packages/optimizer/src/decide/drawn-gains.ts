import { gainPerCost } from "../acquisition/gain-per-cost.ts";
import type { Gain, Gains } from "./gains.ts";

/**
 * Returns what candidates, by their indices, promise by one draw each, `drawAt` of a position in deviations of `calm` times what is
 * believed; with costs, by how far it is above the mean of `bests`, draws of the best that was achieved of each member, over the cost.
 */
export function drawnGains(
  bests: readonly Float64Array[],
  costOf: ((index: number) => number) | null,
  calm: number,
  indices: readonly number[],
  drawAt: (position: number) => number,
): Gains {
  const bars = bests.map((own) => own.reduce((sum, value) => sum + value, 0) / own.length);
  const drawn =
    (own: (position: number) => number): Gain =>
    (position, mean, spread, member) => {
      const value = mean + calm * spread * own(position);
      if (costOf === null) return value;
      return gainPerCost(value - (bars[member] as number), costOf(indices[position] as number));
    };
  return { gain: drawn(drawAt), ceiling: drawn((position) => Math.max(0, drawAt(position))), rest: null };
}
