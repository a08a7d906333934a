import fc from "fast-check";
import { expect, test } from "vitest";
import { logExpectedImprovement, logImprovement } from "../src/acquisition/log-expected-improvement.ts";
import { erfcx } from "../src/special-functions/erfcx.ts";

// References computed with 50 to 400 digits from the definitions.
test.each([
  [-5, 144009798674.66104],
  [-2, 108.94090438997797],
  [-0.5, 1.952360489182557],
  [-0.4, 1.676233956688859],
  [0, 1],
  [0.3, 0.7345993345676551],
  [0.46875, 0.6320696892495561],
  [0.5, 0.6156903441929259],
  [1, 0.427583576155807],
  [2, 0.25539567631050575],
  [3.999, 0.13703184859827122],
  [4, 0.13699945762506138],
  [4.001, 0.13696708158271878],
  [10, 0.05614099274382259],
  [100, 0.005641613782989433],
  [1e8, 5.641895835477563e-9],
])("erfcx(%d) agrees with its definition to rounding", (x, reference) => {
  expect(Math.abs(erfcx(x) / reference - 1)).toBeLessThan(2e-15);
});

test.each([
  [8, 2.0794415416798357],
  [3, 1.0987396653277077],
  [1, 0.08002621884930694],
  [0.5, -0.3598276837450638],
  [0, -0.9189385332046728],
  [-0.5, -1.6205162643873199],
  [-0.999, -2.4832171154475855],
  [-1, -2.4851210257126413],
  [-1.001, -2.4870256579553893],
  [-2, -4.768783523917114],
  [-5, -16.74430116266099],
  [-10, -55.55312203612235],
  [-29.9, -454.72299811949625],
  [-30, -457.724653760598],
  [-30.1, -460.73628739874306],
  [-100, -5010.12957880025],
  [-1000, -500014.73445209116],
  [-1e6, -500000000028.55],
  [-1e10, -5e19],
])("the log improvement at %d standard deviations agrees with its definition", (u, reference) => {
  const error = logImprovement(u) - reference;
  expect(Math.abs(error)).toBeLessThan(1e-12 * Math.max(1, Math.abs(reference) * 1e-2));
});

test("log expected improvement is the improvement itself when the prediction is certain", () => {
  expect(logExpectedImprovement(3, 0, 1)).toBe(Math.log(2));
  expect(logExpectedImprovement(1, 0, 1)).toBe(Number.NEGATIVE_INFINITY);
});

test("log expected improvement rises with the mean and with the standard deviation", () => {
  const sd = fc.double({ min: 1e-3, max: 1e3, noNaN: true });
  const mean = fc.double({ min: -50, max: 50, noNaN: true });
  fc.assert(
    fc.property(mean, sd, (at, spread) => {
      const here = logExpectedImprovement(at, spread, 0);
      expect(logExpectedImprovement(at + 0.1, spread, 0)).toBeGreaterThan(here);
      // Far above the incumbent the spread no longer matters, and only rounding is left.
      expect(logExpectedImprovement(at, spread * 1.1, 0)).toBeGreaterThanOrEqual(here - 1e-12);
    }),
    { seed: 1 },
  );
});
