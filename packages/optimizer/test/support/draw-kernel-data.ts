import type { KernelData, KernelFamily, Theta } from "../../src/kernel/kernel-types.ts";
import { createRandom } from "../../src/random/create-random.ts";

/** Data and hyperparameters that belong together, and places to predict at. */
export interface KernelCase {
  readonly data: KernelData;
  readonly theta: Theta;
  readonly places: Float64Array;
}

/** Returns a case of n rows, f features and as many lengthscales as `groups`, the same for equal arguments. */
export function drawKernelData(
  n: number,
  f: number,
  groups: number,
  family: KernelFamily,
  noise: number,
  places = 7,
): KernelCase {
  const random = createRandom(1000 * n + 10 * f + groups);
  const uniform = (length: number) => Float64Array.from({ length }, () => random.uniform());
  return {
    data: {
      features: uniform(n * f),
      groups: Int32Array.from({ length: f }, (_, m) => m % groups),
      values: Float64Array.from({ length: n }, () => random.normal()),
      noiseWeights: Float64Array.from({ length: n }, () => 1 / (1 + Math.floor(3 * random.uniform()))),
      knownVariances: Float64Array.from({ length: n }, () => (random.uniform() < 0.3 ? 0.1 * random.uniform() : 0)),
      family,
    },
    theta: { lengthscales: Float64Array.from({ length: groups }, () => 0.3 + random.uniform()), noise },
    places: uniform(places * f),
  };
}
