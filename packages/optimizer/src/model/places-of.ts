import { keyOf } from "../space/key-of.ts";

/** Returns the readings at each encoded place, by its key and their indices. */
export function placesOf(features: readonly Float64Array[]): ReadonlyMap<string, readonly number[]> {
  const places = new Map<string, number[]>();
  features.forEach((place, reading) => {
    const key = keyOf(place);
    const own = places.get(key);
    if (own === undefined) places.set(key, [reading]);
    else own.push(reading);
  });
  return places;
}
