/** Returns where readings were taken, encoded, by each key that their designs had: as asked for or as carried out. */
export function placesByKey(
  features: readonly Float64Array[],
  keysOfReadings: readonly (readonly string[])[],
): ReadonlyMap<string, readonly Float64Array[]> {
  const places = new Map<string, Float64Array[]>();
  for (const keys of keysOfReadings) {
    keys.forEach((key, i) => {
      const own = places.get(key) ?? [];
      own.push(features[i] as Float64Array);
      places.set(key, own);
    });
  }
  return places;
}
