import { flatten } from "./flatten.ts";

// Itself among them: what was carried out beside a listed design, which is near, so is as far from the others as that.
const NEAREST = 6;

/** Returns of each place its mean distance to the nearest five others and itself; null of fewer than six places. */
export function nearestDistances(places: readonly Float64Array[]): Float64Array | null {
  if (places.length < NEAREST) return null;
  const all = flatten(places);
  return Float64Array.from(places, (place) => distanceTo(place, all));
}

/** Returns the mean distance of a place to the nearest six of at least so many, row-major. */
export function distanceTo(place: Float64Array, others: Float64Array): number {
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
