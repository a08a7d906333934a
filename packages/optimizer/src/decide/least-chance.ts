import type { Random } from "../random/create-random.ts";
import { log } from "../special-functions/log.ts";

/**
 * Returns ln of the chance that a candidate must have, by one draw for all of them, in units of the greatest chance. A draw each would
 * let through, of many hopeless candidates, always some, and of those the one that promises most.
 */
export function leastChance(open: readonly number[], chances: Float64Array | null, random: Random): number {
  if (chances === null) return Number.NEGATIVE_INFINITY;
  const most = open.reduce((sum, index) => Math.max(sum, chances[index] as number), Number.NEGATIVE_INFINITY);
  return most + log(random.uniform());
}

/** Returns the candidates that have that chance. */
export function likelyUseful(open: readonly number[], chances: Float64Array | null, least: number): readonly number[] {
  return chances === null ? open : open.filter((index) => (chances[index] as number) >= least);
}
