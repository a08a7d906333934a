import { expect, test } from "vitest";
import { logExpectedImprovement } from "../../src/acquisition/log-expected-improvement.ts";
import { logNoisyImprovements } from "../../src/acquisition/noisy-improvement.ts";
import { createRandom } from "../../src/random/create-random.ts";
import { drawBeliefs, drawSamples } from "../support/draw-samples.ts";

test("the noisy improvement is the mean improvement over the best of each sample", () => {
  const sampled = drawSamples(1, { samples: 16, designs: 6, objectives: 1, noise: 0.5 });
  const beliefs = drawBeliefs(2, 4, 1);
  const gains = logNoisyImprovements(sampled, beliefs);
  const random = createRandom(5);
  beliefs.means.forEach((mean, i) => {
    let sum = 0;
    for (let draw = 0; draw < 160_000; draw++) {
      const own = sampled.values.subarray((draw % 16) * 6, ((draw % 16) + 1) * 6);
      sum += Math.max(0, mean + Math.sqrt(beliefs.variances[i]!) * random.normal() - Math.max(...own));
    }
    expect(Math.abs(Math.exp(gains[i]!) - sum / 160_000)).toBeLessThan(0.006);
  });
});

test("without noise it is the expected improvement, and finite far below the incumbent", () => {
  const certain = { samples: 3, designs: 2, objectives: 1, values: Float64Array.of(1, 0, 1, 0.5, 1, -2) };
  const gains = logNoisyImprovements(certain, {
    means: Float64Array.of(2, -60, -1e5),
    variances: Float64Array.of(1, 1, 1),
  });
  expect(gains[0]).toBeCloseTo(logExpectedImprovement(2, 1, 1), 12);
  expect(gains[1]).toBeCloseTo(logExpectedImprovement(-60, 1, 1), 9);
  expect(Number.isFinite(gains[2])).toBe(true);
});

test("samples in which nothing keeps the limits do not count", () => {
  const none = Number.NEGATIVE_INFINITY;
  const beliefs = { means: Float64Array.of(2), variances: Float64Array.of(1) };
  const half = { samples: 2, designs: 1, objectives: 1, values: Float64Array.of(none, 1) };
  expect(logNoisyImprovements(half, beliefs)[0]).toBeCloseTo(logExpectedImprovement(2, 1, 1), 14);
  expect([...logNoisyImprovements({ ...half, values: Float64Array.of(none, none) }, beliefs)]).toEqual([0]);
});
