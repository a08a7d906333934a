import { createRandom } from "../../src/random/create-random.ts";

/** Returns `count` outcomes of `width` coordinates; ties and repeats are common, since they have one decimal, from 0 to 1. */
export function drawOutcomes(seed: number, count: number, width: number): Float64Array[] {
  const random = createRandom(seed);
  return Array.from({ length: count }, () =>
    Float64Array.from({ length: width }, () => Math.round(10 * random.uniform()) / 10),
  );
}
