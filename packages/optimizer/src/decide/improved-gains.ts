import { noisyImprovement } from "../acquisition/noisy-improvement.ts";
import { exp } from "../special-functions/exp.ts";
import type { CandidateChances } from "./candidate-chances.ts";
import type { Gain, Gains } from "./gains.ts";

/**
 * Returns what candidates, by their indices, promise by the improvement on `bests`, draws of the best that was achieved of each member,
 * times their chance to be of use, over their cost; without chances or costs, by the improvement alone.
 */
export function improvedGains(
  bests: readonly Float64Array[],
  chances: CandidateChances | null,
  costOf: ((index: number) => number) | null,
): (indices: readonly number[]) => Gains {
  const improvements = bests.map(noisyImprovement);
  return (indices) => {
    const indexAt = (position: number) => indices[position] as number;
    const all = (positions: readonly number[]) => positions.map(indexAt);
    const timesChance =
      (logAt: ((index: number) => number) | null): Gain =>
      (position, mean, spread, member) => {
        const improvement = (improvements[member] as (mean: number, sd: number) => number)(mean, spread);
        const chance = logAt === null ? 1 : exp(logAt(indexAt(position)));
        return (improvement * chance) / (costOf?.(indexAt(position)) ?? 1);
      };
    if (chances === null) return { gain: timesChance(null), ceiling: timesChance(null), rest: null };
    return {
      gain: timesChance((index) => chances.logAt(index)),
      ceiling: timesChance((index) => chances.ceilingAt(index)),
      rest: {
        glance: (positions) => chances.glance(all(positions)),
        learn: (positions) => chances.learn(all(positions)),
        isKnown: (position) => chances.isKnown(indexAt(position)),
      },
    };
  };
}
