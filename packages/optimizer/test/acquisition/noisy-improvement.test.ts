import { expect, test } from "vitest";
import { logExpectedImprovement } from "../../src/acquisition/log-expected-improvement.ts";
import { noisyImprovement } from "../../src/acquisition/noisy-improvement.ts";
import { createRandom } from "../../src/random/create-random.ts";

test("the noisy improvement is the mean improvement over the draws of the best", () => {
  const incumbents = Float64Array.of(0.2, -0.3, 0.9, 0.4);
  const improvement = noisyImprovement(incumbents);
  const random = createRandom(5);
  for (const [mean, sd] of [
    [0, 0.5],
    [0.8, 0.2],
    [-1, 0.9],
  ] as const) {
    let sum = 0;
    for (let draw = 0; draw < 40_000; draw++) {
      sum += Math.max(0, mean + sd * random.normal() - incumbents[draw % 4]!);
    }
    expect(Math.abs(improvement(mean, sd) - sum / 40_000)).toBeLessThan(0.01);
  }
});

test("over a certain best it is the expected improvement, and far below it still tells the better of two", () => {
  const improvement = noisyImprovement(Float64Array.of(1, 1, 1));
  expect(Math.log(improvement(2, 1))).toBeCloseTo(logExpectedImprovement(2, 1, 1), 9);
  expect(Math.log(improvement(-34, 1))).toBeCloseTo(logExpectedImprovement(-34, 1, 1), 6);
  expect(improvement(-34, 1)).toBeGreaterThan(improvement(-35, 1));
  expect(improvement(-1e5, 1)).toBeGreaterThan(0);
});
