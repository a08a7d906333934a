import type { Design } from "@labloop/contracts";
import { createRandom } from "../random/create-random.ts";
import { type Loneliness, openLoneliness } from "../space/loneliness.ts";
import type { Space } from "../space/space.ts";

// Of all combinations of the values that are listed: of published tables grids have half of them or more, others 0.2 at most.
const GRID = 1 / 4;

// The same at every ask for as long as a study object is asked about.
const opened = new WeakMap<Space, Loneliness | null>();

/**
 * Returns how lonely designs are among those that a study lists; null where it lists none, where none is lonelier than another, and where the
 * list is a grid, whose corners are lonely whatever they are worth.
 */
export function lonelinessIn(space: Space): Loneliness | null {
  if (space.study.candidates === undefined) return null;
  const known = opened.get(space);
  if (known !== undefined) return known;
  // A list is returned as it is, nothing is drawn.
  const listed = space.candidates(space.study.candidates.length, createRandom(0));
  const loneliness = isGrid(listed) ? null : openLoneliness(listed.map((design) => space.encode(design)));
  opened.set(space, loneliness);
  return loneliness;
}

function isGrid(listed: readonly Design[]): boolean {
  const names = Object.keys(listed[0] ?? {});
  const combinations = names.reduce((product, name) => product * new Set(listed.map((design) => design[name])).size, 1);
  return listed.length >= GRID * combinations;
}
