import { flatten } from "./flatten.ts";
import { keyOf } from "./key-of.ts";
import { distanceTo } from "./nearest-distances.ts";

/**
 * Returns how lonely a place is among the designs of a list: from -√3, the most crowded, to √3, the loneliest; over a list without ties
 * its mean is 0 and its variance 1.
 */
export type Loneliness = (place: Float64Array) => number;

// Of the longest distance: sums of equal steps differ in their last bits.
const RESOLUTION = 1e9;

/**
 * Returns the loneliness of places among the designs of a list, by the rank of their mean distance to the nearest five, which is given of
 * each; null where more than half of them are equally lonely, as on a grid of categories.
 */
export function openLoneliness(places: readonly Float64Array[], distances: Float64Array): Loneliness | null {
  const { length } = places;
  const all = flatten(places);
  const unit = distances.reduce((most, own) => Math.max(most, own), 0) / RESOLUTION;
  if (!(unit > 0 && unit < Number.POSITIVE_INFINITY)) return null;
  const steps = distances.map((own) => Math.round(own / unit));
  const ranked = steps.toSorted();
  const equal = (step: number) => countBelow(ranked, step + 1) - countBelow(ranked, step);
  if (equal(ranked[length >>> 1] as number) > length / 2) return null;
  const rank = (step: number) =>
    Math.sqrt(3) * ((countBelow(ranked, step) + countBelow(ranked, step + 1)) / length - 1);
  const listed = new Map(places.map((place, i) => [keyOf(place), rank(steps[i] as number)]));
  // What was carried out may lie beside what is listed.
  return (place) => listed.get(keyOf(place)) ?? rank(Math.round(distanceTo(place, all) / unit));
}

/** How many of some sorted numbers are below a limit. */
function countBelow(sorted: Float64Array, limit: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] as number) < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
