import type { SampledOutcomes } from "../../src/acquisition/sampled-outcomes.ts";
import { createRandom } from "../../src/random/create-random.ts";

/** Returns draws of noisy outcomes: designs differ by about 1, a design's samples by `noise`. */
export function drawSamples(
  seed: number,
  { samples, designs, objectives, noise }: Omit<SampledOutcomes, "values"> & { readonly noise: number },
): SampledOutcomes {
  const random = createRandom(seed);
  const means = Float64Array.from({ length: designs * objectives }, () => random.normal());
  const values = new Float64Array(samples * designs * objectives);
  for (let i = 0; i < values.length; i++) values[i] = means[i % means.length]! + noise * random.normal();
  return { samples, designs, objectives, values };
}

/** Returns beliefs about `count` candidates with means about 0 and variances from 0.1 to 0.6. */
export function drawBeliefs(seed: number, count: number, objectives: number) {
  const random = createRandom(seed);
  return {
    means: Float64Array.from({ length: count * objectives }, () => random.normal()),
    variances: Float64Array.from({ length: count * objectives }, () => 0.1 + 0.5 * random.uniform()),
  };
}
