import type { Design } from "@labloop/contracts";
import { createRandom } from "../random/create-random.ts";
import { type Loneliness, openLoneliness } from "../space/loneliness.ts";
import { nearestDistances } from "../space/nearest-distances.ts";
import type { Space } from "../space/space.ts";
import { unevenness } from "../space/unevenness.ts";

/** How a list fills its space. */
export interface Filling {
  /** How unevenly, from 0. */
  readonly unevenness: number;
  /** Whether some of what is varied are names, between which nothing lies. */
  readonly hasNames: boolean;
}

/** How the designs that a study lists lie in its space. */
export interface Listing extends Filling {
  /** Null where none is lonelier than another, and where that means nothing. */
  readonly loneliness: Loneliness | null;
}

/** From this unevenness on a list is what earlier campaigns left: the greatest expected improvement is far worse than chance there. Measured: decision 88. */
export const UNEVEN = 1;
// Of all combinations of the values that are listed: of published tables grids have half of them or more, others 0.2 at most.
const GRID = 1 / 4;
// Nobody has tried many more: a longer list was made by a rule.
const MOST_TRIED = 2500;
const BY_RULE = { loneliness: null, unevenness: 0 } as const;

// The same at every ask for as long as a study object is asked about.
const opened = new WeakMap<Space, Listing>();

/**
 * Returns how the designs lie that a study lists; null where it lists none. What a rule drew up is even, and none of it lonely: a grid, whose
 * corners are far from the rest whatever they are worth, and a list of more than 2,500.
 */
export function listingIn(space: Space): Listing | null {
  const { candidates, parameters } = space.study;
  if (candidates === undefined) return null;
  const listing = opened.get(space) ?? {
    ...lookAt(space, candidates.length),
    hasNames: parameters.some(
      (one) =>
        one.kind === "categorical" &&
        one.encoding !== "descriptors" &&
        candidates.some((design) => design[one.name] !== candidates[0]?.[one.name]),
    ),
  };
  opened.set(space, listing);
  return listing;
}

function lookAt(space: Space, count: number): Omit<Listing, "hasNames"> {
  // A list is returned as it is, nothing is drawn.
  const listed = space.candidates(count, createRandom(0));
  if (listed.length > MOST_TRIED || isGrid(listed)) return BY_RULE;
  const places = listed.map((design) => space.encode(design));
  const distances = nearestDistances(places);
  if (distances === null) return BY_RULE;
  return { loneliness: openLoneliness(places, distances), unevenness: unevenness(distances) };
}

function isGrid(listed: readonly Design[]): boolean {
  const names = Object.keys(listed[0] ?? {});
  const combinations = names.reduce((product, name) => product * new Set(listed.map((design) => design[name])).size, 1);
  return listed.length >= GRID * combinations;
}
