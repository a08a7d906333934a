import type { Evidence } from "../../src/model/evidence.ts";
import { createRandom } from "../../src/random/create-random.ts";

/** Readings of a smooth surface in the unit square with noise of a given standard deviation. */
export function drawEvidence(seed: number, count: number, noise = 0.05): Evidence {
  const random = createRandom(seed);
  const features = Array.from({ length: count }, () => Float64Array.of(random.uniform(), random.uniform()));
  return { features, groups: Int32Array.of(0, 1), values: features.map((x) => surface(x) + noise * random.normal()) };
}

/** The surface: a hill of height 1 at (0.7, 0.3). */
export function surface(x: Float64Array): number {
  const [a, b] = [(x[0] as number) - 0.7, (x[1] as number) - 0.3];
  return 1 - 2 * a * a - 3 * b * b;
}
