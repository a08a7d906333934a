import { createRandom } from "../../src/random/create-random.ts";
import type { PooledReadings } from "../../src/model/pool-replicates.ts";

/** Returns `total` random readings of a rough function at `distinct` points of the unit 3-cube. */
export function drawReadings(seed: number, total: number, distinct: number) {
  const random = createRandom(seed);
  const points = Array.from({ length: distinct }, () => Float64Array.from({ length: 3 }, () => random.uniform()));
  const inputs = Array.from({ length: total }, (_, i) => points[i % distinct]!);
  const values = inputs.map((x) => Math.sin(7 * x[0]!) + x[1]! ** 2 - x[2]! + 0.3 * random.normal());
  return { inputs, values };
}

/** Returns the readings as though every one had an input of its own. */
export function unpooled(
  inputs: readonly Float64Array[],
  values: readonly number[],
  dimensions: number,
): PooledReadings {
  return {
    count: inputs.length,
    dimensions,
    readings: inputs.length,
    inputs: Float64Array.from(inputs.flatMap((x) => [...x])),
    means: Float64Array.from(values),
    counts: new Float64Array(inputs.length).fill(1),
    replicates: new Float64Array(inputs.length).fill(1),
    scatters: new Float64Array(inputs.length),
    knownVariances: new Float64Array(inputs.length),
    scatter: 0,
  };
}
