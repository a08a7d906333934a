import type { DesignValue } from "@labloop/contracts";
import type { Random } from "../random/create-random.ts";
import { excessOf, type Frame } from "./frame.ts";
import { type Broken, lessenExcess } from "./lessen-excess.ts";
import { nearValues } from "./near-values.ts";

/** How far a search for a design that breaks no rule may go. */
export interface Lead {
  readonly steps: number;
  /** Of each parameter's range, how far a step may go. */
  readonly reach: number;
}

const RADII = [0.2, 0.05, 0.01];
// After a line that led nowhere so many steps are taken at random: another option, or another number, may be what is in the way.
const AT_RANDOM = 8;

/**
 * Returns a design that breaks no rule, found from one that breaks some in a few steps, each of which breaks them less; null where
 * none was found.
 */
export function leadValues(frame: Frame, from: Broken, { steps, reach }: Lead, random: Random): DesignValue[] | null {
  let at = from;
  let atRandom = 0;
  for (let step = 0; step < steps && at.excess > 0; step++) {
    if (atRandom === 0) {
      const less = lessenExcess(frame, at, reach, random);
      if (less === null) atRandom = AT_RANDOM;
      else at = less;
      continue;
    }
    atRandom--;
    const radius = Math.min(reach, RADII[step % RADII.length] as number);
    const values = nearValues(frame, at.values, radius, random);
    const excess = excessOf(frame, values);
    if (excess < at.excess) at = { values, excess };
  }
  return at.excess > 0 ? null : at.values;
}
