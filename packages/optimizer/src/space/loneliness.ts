import { flatten } from "./flatten.ts";
import { keyOf } from "./key-of.ts";

/**
 * Returns how lonely a place is among the designs of a list: from -√3, the most crowded, to √3, the loneliest; over a list without ties
 * its mean is 0 and its variance 1.
 */
export type Loneliness = (place: Float64Array) => number;

// Itself among them: what was carried out beside a listed design, which is near, so is as lonely as that.
const NEAREST = 6;
// Nobody has tried many more: a longer list was made by a rule.
const MOST_LISTED = 2500;
// Of the longest distance: sums of equal steps differ in their last bits.
const RESOLUTION = 1e9;

/**
 * Returns the loneliness of places among the designs of a list, by the rank of their mean distance to the nearest five; null where more
 * than half of them are equally lonely, as on a grid of categories, of a list too short to tell, and of one longer than 2,500.
 */
export function openLoneliness(places: readonly Float64Array[]): Loneliness | null {
  const { length } = places;
  if (length < NEAREST || length > MOST_LISTED) return null;
  const all = flatten(places);
  const distances = Float64Array.from(places, (place) => distanceFrom(place, all));
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
  return (place) => listed.get(keyOf(place)) ?? rank(Math.round(distanceFrom(place, all) / unit));
}

/** The mean distance to the nearest of some places, row-major. */
function distanceFrom(place: Float64Array, others: Float64Array): number {
  const nearest = new Float64Array(NEAREST).fill(Number.POSITIVE_INFINITY);
  const { length: width } = place;
  let last = Number.POSITIVE_INFINITY;
  for (let start = 0; start < others.length; start += width) {
    let square = 0;
    for (let k = 0; k < width && square < last; k++) {
      const difference = (place[k] as number) - (others[start + k] as number);
      square += difference * difference;
    }
    if (!(square < last)) continue;
    let at = NEAREST - 1;
    for (; at > 0 && (nearest[at - 1] as number) > square; at--) nearest[at] = nearest[at - 1] as number;
    nearest[at] = square;
    last = nearest[NEAREST - 1] as number;
  }
  return nearest.reduce((sum, square) => sum + Math.sqrt(square), 0) / NEAREST;
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
