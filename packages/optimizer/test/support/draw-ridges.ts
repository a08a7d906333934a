import type { Evidence } from "../../src/model/evidence.ts";
import { createRandom } from "../../src/random/create-random.ts";

/** Readings of a surface that is flat in one half of a four-dimensional cube and folded in the other: no one lengthscale fits it. */
export function drawRidges(seed: number, count: number): Evidence {
  const random = createRandom(seed);
  const features = Array.from({ length: count }, () => Float64Array.from({ length: 4 }, () => random.uniform()));
  return {
    features,
    groups: Int32Array.of(0, 1, 2, 3),
    values: features.map(([a = 0, b = 0, c = 0, d = 0]) => {
      const fold = a + b * c - 1;
      return (fold > 0 ? Math.sin(20 * fold) : 0) + 2 * Math.max(0, d - 0.5) + 0.02 * random.normal();
    }),
  };
}
