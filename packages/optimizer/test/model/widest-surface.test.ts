import fc from "fast-check";
import { expect, test } from "vitest";
import { poolReplicates } from "../../src/model/pool-replicates.ts";
import { widestSurface } from "../../src/model/widest-surface.ts";
import { createRandom } from "../../src/random/create-random.ts";
import { textbookProcess } from "../support/textbook-process.ts";

const groups = Int32Array.of(0, 1, 1);
const families = ["matern-5/2", "rbf"] as const;

/** Designs all over a cube, the last two inputs of which share a lengthscale. */
function designs(seed: number, count: number) {
  const random = createRandom(seed);
  const places = Array.from({ length: count }, () => Float64Array.from({ length: 3 }, () => random.uniform()));
  return poolReplicates(
    places,
    places.map(() => 0),
    3,
  );
}

const logs = fc.tuple(fc.double({ min: -3, max: 3, noNaN: true }), fc.double({ min: -3, max: 3, noNaN: true }));

test("readings of the widest surface vary among themselves as standardised readings do, by 1 within a quarter; of long lengthscales by less", () => {
  fc.assert(
    fc.property(fc.constantFrom(...families), logs, fc.integer({ min: 8, max: 30 }), (family, [a, b], count) => {
      const { inputs } = designs(count, count);
      const logLengths = Float64Array.of(a, b);
      const variance = Math.exp(widestSurface({ count, inputs }, groups, family)(logLengths, null));
      const zeros = new Float64Array(count);
      const process = textbookProcess(
        { features: inputs, groups, values: zeros, noiseWeights: zeros, knownVariances: zeros, family },
        // So much noise that nothing is learned: what is left is the covariance before any reading.
        { lengthscales: logLengths.map(Math.exp), noise: 0, jitter: 1e12 },
        0,
      );
      const place = (row: number) => inputs.subarray(3 * row, 3 * row + 3);
      let apart = 0;
      for (let i = 0; i < count; i++) for (let j = 0; j < i; j++) apart += 1 - process.covarianceOf(place(i), place(j));
      const varied = variance * (apart / ((count * (count - 1)) / 2));
      expect(varied).toBeLessThan(1.25);
      if (variance < 3) expect(varied).toBeGreaterThan(0.75);
      expect(variance).toBeGreaterThanOrEqual(1);
      expect(variance).toBeLessThanOrEqual(21.000001);
    }),
    { seed: 1 },
  );
});

test("its slopes are those of its values", () => {
  fc.assert(
    fc.property(fc.constantFrom(...families), logs, (family, [a, b]) => {
      const widest = widestSurface(designs(3, 12), groups, family);
      const slopes = new Float64Array(2);
      widest(Float64Array.of(a, b), slopes);
      const step = 1e-5;
      const along = (x: number, y: number) =>
        (widest(Float64Array.of(a + x, b + y), null) - widest(Float64Array.of(a - x, b - y), null)) / (2 * step);
      expect(slopes[0]).toBeCloseTo(along(step, 0), 6);
      expect(slopes[1]).toBeCloseTo(along(0, step), 6);
    }),
    { seed: 2 },
  );
});

test("of one design, or of none apart, it is as wide as of the longest lengthscales", () => {
  const one = widestSurface(poolReplicates([new Float64Array(3)], [0], 3), groups, "matern-5/2");
  expect(Math.exp(one(Float64Array.of(0, 0), null))).toBeCloseTo(21, 9);
});
