import { createRandom } from "../random/create-random.ts";
import { type Loneliness, openLoneliness } from "../space/loneliness.ts";
import type { Space } from "../space/space.ts";

// The same at every ask for as long as a study object is asked about.
const opened = new WeakMap<Space, Loneliness | null>();

/** Returns how lonely designs are among those that a study lists; null where it lists none, or none is lonelier than another. */
export function lonelinessIn(space: Space): Loneliness | null {
  if (space.study.candidates === undefined) return null;
  const known = opened.get(space);
  if (known !== undefined) return known;
  // A list is returned as it is, nothing is drawn.
  const listed = space.candidates(space.study.candidates.length, createRandom(0));
  const loneliness = openLoneliness(listed.map((design) => space.encode(design)));
  opened.set(space, loneliness);
  return loneliness;
}
