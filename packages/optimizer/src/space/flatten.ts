/** Returns encoded designs, all of one length, row-major in one array. */
export function flatten(features: readonly Float64Array[]): Float64Array {
  const width = features[0]?.length ?? 0;
  const places = new Float64Array(features.length * width);
  features.forEach((own, i) => places.set(own, i * width));
  return places;
}
