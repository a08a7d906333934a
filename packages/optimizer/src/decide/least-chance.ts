import type { Random } from "../random/create-random.ts";
import { log } from "../special-functions/log.ts";

/**
 * Returns ln of the chance that a candidate must have, by one draw for all of them, in units of the greatest chance. A draw each would
 * let through, of many hopeless candidates, always some, and of those the one that promises most.
 */
export function leastChance(logs: Float64Array, random: Random): number {
  return logs.reduce((most, own) => Math.max(most, own), Number.NEGATIVE_INFINITY) + log(random.uniform());
}
