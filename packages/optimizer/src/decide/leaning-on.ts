import type { Model } from "../model/fit-model.ts";

/** How a model leans on how lonely designs are. */
export interface Leaning {
  /** The weight of what leans, 0 to 1. */
  readonly share: number;
  /** What that takes to change from the most crowded of the listed designs to the loneliest, in the unit of the readings. */
  readonly change: number;
}

/** Loneliness is a rank with variance 1: so far are its least and its greatest from its mean. */
const REACH = Math.sqrt(3);

/** Returns how a model leans on how lonely designs are; null where it does not. */
export function leaningOn({ members, weights }: Model): Leaning | null {
  const at = members.findIndex(({ slope }) => slope !== undefined);
  const member = members[at];
  if (member?.slope === undefined) return null;
  // About the mean of the readings, 0, since where they are bent a step is not as long everywhere.
  const change = member.restore(REACH * member.slope) - member.restore(-REACH * member.slope);
  return { share: Math.min(1, weights[at] as number), change };
}
