import { expect, test } from "vitest";
import { expectedImprovement } from "../../src/acquisition/expected-improvement.ts";
import { logExpectedImprovement } from "../../src/acquisition/log-expected-improvement.ts";

test("the expected improvement is the exponential of its logarithm within what is promised, down to 37 standard deviations", () => {
  for (let u = -36.99; u < 12; u += 0.0137) {
    const ratio = expectedImprovement(2 * u + 1, 2, 1) / Math.exp(logExpectedImprovement(2 * u + 1, 2, 1));
    expect(Math.abs(ratio - 1), `at ${u}`).toBeLessThan(u > -8 ? 1e-11 : 2e-8);
  }
});

test("the expected improvement rises with the mean without a step, and is certain where nothing is uncertain", () => {
  let last = 0;
  for (let u = -9; u < 9; u += 1 / 1000) {
    const here = expectedImprovement(u, 1, 0);
    expect(here).toBeGreaterThan(last);
    last = here;
  }
  expect([expectedImprovement(-100, 1, 0), expectedImprovement(3, 0, 1), expectedImprovement(0, 0, 1)]).toEqual([
    0, 2, 0,
  ]);
});
