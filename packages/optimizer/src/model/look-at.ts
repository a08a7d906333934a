import type { Belief, Member } from "./member.ts";

/**
 * Returns what a member believes of encoded places, row-major; at a glance with the variances of a part of its readings, no smaller than
 * its own, where it has many.
 */
export function lookAt(member: Member, places: Float64Array, atGlance: boolean): Belief {
  return atGlance && member.glimpse !== null ? member.glimpse(places) : member.predict(places);
}
