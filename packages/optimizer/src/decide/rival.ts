import type { Member } from "../model/member.ts";
import type { Model } from "../model/fit-model.ts";
import { warpInputs } from "../model/warp-inputs.ts";

/** The candidate that came second, far enough from the choice to be another idea. */
export interface Rival {
  readonly index: number;
  /** Returns its score if every mean there were higher by so many of its standard deviations. */
  readonly scoreAt: (deviations: number) => number;
}

// In lengthscales: nearer than that it is the same design to the model.
const APART = 0.5;

/**
 * Returns which candidate scores highest among those at least half a lengthscale from the chosen one, or among all others where none is;
 * -1 without others. Places are row-major, a score each, and as far apart as a member sees them.
 */
export function rivalOf(
  scores: ArrayLike<number>,
  chosen: number,
  places: Float64Array,
  groups: Int32Array,
  { theta, warps }: Pick<Member, "theta" | "warps">,
): number {
  const width = groups.length;
  const seen = (row: number) => warpInputs(places.subarray(row * width, (row + 1) * width), warps);
  const own = seen(chosen);
  let apart = -1;
  let other = -1;
  for (let i = 0; i < scores.length; i++) {
    if (i === chosen) continue;
    const score = scores[i] as number;
    if (other < 0 || score > (scores[other] as number)) other = i;
    if (apart >= 0 && score <= (scores[apart] as number)) continue;
    if (areApart(seen(i), own, groups, theta)) apart = i;
  }
  return apart >= 0 ? apart : other;
}

/** Returns whether two places, bent as a member bends them, are at least half a lengthscale apart for it. */
export function areApart(
  one: Float64Array,
  other: Float64Array,
  groups: Int32Array,
  { lengthscales }: Pick<Member["theta"], "lengthscales">,
): boolean {
  let square = 0;
  for (let k = 0; k < groups.length; k++) {
    const difference = (one[k] as number) - (other[k] as number);
    square += (difference / (lengthscales[groups[k] as number] as number)) ** 2;
  }
  return square >= APART * APART;
}

/** Returns the member of most weight. */
export function leadingMember({ members, weights }: Model): Member {
  return members[weights.reduce((most, weight, i) => (weight > (weights[most] as number) ? i : most), 0)] as Member;
}
