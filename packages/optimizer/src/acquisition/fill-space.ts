import type { Random } from "../random/create-random.ts";
import { vectorDistance } from "../search-space/design-vectors.ts";

/** The chosen candidate and its distance to the nearest point already taken. */
export interface SpaceFiller {
  readonly index: number;
  /** In the unit cube; its diagonal when nothing is taken yet. */
  readonly distance: number;
}

// Mitchell's best candidate (SIGGRAPH 1991) instead of the farthest of all: the farthest are corners. On the crossed-barrel
// grid corners are poor designs: 48 % of campaigns ended in the true best four from them, 68 % from draws of ten.
const DRAWS = 10;

/**
 * Returns, of ten random candidates, the one farthest from all points taken; ties go to the one drawn first.
 *
 * `free` lists at least one index into `vectors`; `taken` are design vectors measured or pending.
 */
export function fillSpace(
  vectors: readonly Float64Array[],
  free: readonly number[],
  taken: readonly Float64Array[],
  random: Random,
): SpaceFiller {
  let best: SpaceFiller | undefined;
  for (let draw = 0; draw < DRAWS; draw++) {
    const index = free[Math.floor(random.uniform() * free.length)] as number;
    const vector = vectors[index] as Float64Array;
    let distance = Math.sqrt(vector.length);
    for (const other of taken) distance = Math.min(distance, vectorDistance(vector, other));
    if (best === undefined || distance > best.distance) best = { index, distance };
  }
  return best as SpaceFiller;
}
