import type { Model } from "../model/fit-model.ts";
import type { Gains } from "./gains.ts";
import type { Prospects } from "./open-prospects.ts";
import type { Rival } from "./rival.ts";

/** With what one standard deviation of it amounts to, in the unit of the readings: half the way from one below to one above. */
export interface SpreadRival extends Rival {
  readonly spread: number;
}

/** What a candidate was chosen from. */
export interface Comparison {
  readonly compared: readonly number[];
  /** The chosen candidate. */
  readonly chosen: number;
  /** By their positions in `compared`. */
  readonly gains: Gains;
  /** Returns a gain on the scale of the choice. */
  readonly onScale: (gain: number) => number;
}

/**
 * Returns the best of the others, at least half a lengthscale away where any is; null where there is no other. It is judged by what is
 * believed now: once the next designs of a batch are picked, more is believed.
 */
export function findRival(
  { members, weights }: Model,
  prospects: Prospects,
  { compared, chosen, gains, onScale }: Comparison,
): SpreadRival | null {
  const others = [...compared.keys()].filter((position) => compared[position] !== chosen);
  const apart = others.filter((position) => prospects.areApart(compared[position] as number, chosen));
  const positions = apart.length > 0 ? apart : others;
  if (positions.length === 0) return null;
  const [position] = prospects.greatest(compared, gains, positions).equals as [number];
  const index = compared[position] as number;
  const outlooks = prospects.outlooksOf(index);
  const weighed = (read: (own: (typeof outlooks)[number], member: number) => number) =>
    outlooks.reduce((sum, own, member) => sum + (weights[member] as number) * read(own, member), 0);
  return {
    index,
    scoreAt: (deviations) =>
      onScale(weighed(({ mean, spread }, member) => gains.gain(position, mean + deviations * spread, spread, member))),
    spread: weighed(({ mean, spread }, member) => {
      const own = members[member] as Model["members"][number];
      return (own.restore(mean + spread) - own.restore(mean - spread)) / 2;
    }),
  };
}
