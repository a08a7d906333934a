import type { Random } from "../random/create-random.ts";
import { exp } from "../special-functions/exp.ts";
import { log } from "../special-functions/log.ts";
import { greatest } from "./front-choice.ts";

/** Adds candidates within about `radius` of each parameter's scale of one of them, none that was there, and returns their indices. */
export type Near = (index: number, radius: number) => readonly number[];

/** Where a search has come to: a candidate, what it promises, and among how many it was found. */
export interface Found {
  readonly index: number;
  readonly value: number;
  readonly compared: number;
}

// Of each parameter's scale: where the most is promised among candidates spread over the space, more is looked for so near.
const RADII = [0.2, 0.1, 0.1, 0.05, 0.05, 0.02, 0.02, 0.01, 0.01];
// The greatest gain that an unskilled model promises lies where it knows nothing.
const TRUST = 2;

/** Returns whether a model of this skill, 0 to 1, is believed to know what lies beside the best candidate: with probability skill². */
export function isClimbed(skill: number, random: Random): boolean {
  return random.uniform() < exp(TRUST * log(skill));
}

/**
 * Returns the best of a candidate and of what lies nearer and nearer around the best so far, by the score of each, which may be told as
 * -Infinity where it is below `bar` or another.
 */
export function climb(
  from: Found,
  near: Near,
  scoresOf: (fresh: readonly number[], bar: number) => ArrayLike<number>,
): Found {
  let best = from;
  for (const radius of RADII) {
    const fresh = near(best.index, radius);
    if (fresh.length === 0) continue;
    const scores = scoresOf(fresh, best.value);
    const at = greatest(scores);
    const compared = best.compared + fresh.length;
    const higher = (scores[at] as number) > best.value;
    best = higher ? { index: fresh[at] as number, value: scores[at] as number, compared } : { ...best, compared };
  }
  return best;
}
