import { keyOf } from "../space/key-of.ts";
import { placesOf } from "./places-of.ts";
import type { PooledReadings } from "./pool-replicates.ts";
import type { ShapedOutcomes } from "./shape-outcomes.ts";
import { meanOf } from "./standardise.ts";

/**
 * Returns the mean over pooled rows of ln(slope) of a bend: what brings the mean log density of those rows, bent, to the unit of the readings
 * before. `features` are the places of all readings that were bent; the rows may be of a part of them.
 *
 * With repeats, and where the best designs are over-represented in a part, the mean over the readings is another number: by one design
 * measured often enough it would favour whichever bend is steep, or flat, just there.
 */
export function rowSlope(
  { logSlope, logSlopes }: Pick<ShapedOutcomes, "logSlope" | "logSlopes">,
  features: readonly Float64Array[],
  { count, dimensions, inputs }: PooledReadings,
): number {
  if (count === features.length) return logSlope;
  const places = placesOf(features);
  let sum = 0;
  for (let row = 0; row < count; row++) {
    const read = places.get(keyOf(inputs.subarray(row * dimensions, (row + 1) * dimensions))) ?? [];
    sum += meanOf(read.map((reading) => logSlopes[reading] as number));
  }
  return sum / count;
}
