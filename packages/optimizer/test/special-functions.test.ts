import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { logExpectedImprovement, logImprovement } from "../src/acquisition/log-expected-improvement.ts";
import { cosOfTurn } from "../src/special-functions/cos-of-turn.ts";
import { erfc, erfcx } from "../src/special-functions/erfcx.ts";
import { exp, expm1 } from "../src/special-functions/exp.ts";
import { log, log1p } from "../src/special-functions/log.ts";
import { logNormalCdf, normalCdf } from "../src/special-functions/normal.ts";
import { tanh } from "../src/special-functions/tanh.ts";

/** x and the function's value at it, computed with 420 digits by mpmath 1.3 and rounded to the nearest double. */
const references = JSON.parse(
  readFileSync(join(import.meta.dirname, "fixtures/special-functions.json"), "utf8"),
) as Readonly<Record<string, readonly (readonly [x: number, value: number])[]>>;

/** Units in the last place between a value and its reference. */
function ulps(value: number, reference: number): number {
  const bits = new BigInt64Array(new Float64Array([value, reference]).buffer);
  return Math.abs(Number(bits[0]! - bits[1]!));
}

// What is promised is what was measured, and one unit to spare.
test.each([
  ["exp", exp, 2],
  ["expm1", expm1, 2],
  ["log", log, 2],
  ["log1p", log1p, 2],
  ["erfc", erfc, 4],
  ["erfcx", erfcx, 3],
  ["normalCdf", normalCdf, 4],
  ["logNormalCdf", logNormalCdf, 6],
  ["logNormalCdfFar", logNormalCdf, 1],
  ["tanh", tanh, 2],
] as const)("%s agrees with its definition in high precision", (name, ours, bound) => {
  expect(references[name]!.length).toBeGreaterThan(3);
  for (const [x, value] of references[name]!) expect(ulps(ours(x), value), `at ${x}`).toBeLessThanOrEqual(bound);
});

test("the cosine of a turn agrees with the definition on all four quarters", () => {
  for (const [turn, value] of references["cosOfTurn"]!) expect(Math.abs(cosOfTurn(turn) - value)).toBeLessThan(3e-16);
  expect([0, 0.25, 0.5, 0.75, 1].map((turn) => cosOfTurn(turn) + 0)).toEqual([1, 0, -1, 0, 1]);
});

test("special functions have their limits at the ends of the doubles", () => {
  const { NaN: nan, POSITIVE_INFINITY: inf } = Number;
  expect([exp(inf), exp(-inf), exp(710), exp(-746), exp(nan)]).toEqual([inf, 0, inf, 0, nan]);
  expect([expm1(inf), expm1(-inf), expm1(-0), expm1(nan)]).toEqual([inf, -1, -0, nan]);
  expect([log(0), log(-1), log(inf), log(nan), log(1)]).toEqual([-inf, nan, inf, nan, 0]);
  expect([log1p(-1), log1p(-2), log1p(inf), log1p(nan), log1p(-0)]).toEqual([-inf, nan, inf, nan, -0]);
  expect([erfc(inf), erfc(-inf), erfc(30), erfcx(inf), erfcx(-30), erfc(nan)]).toEqual([0, 2, 0, 0, inf, nan]);
  expect([normalCdf(-inf), normalCdf(inf), normalCdf(-40), normalCdf(nan)]).toEqual([0, 1, 0, nan]);
  expect([logNormalCdf(-inf), logNormalCdf(inf), logNormalCdf(nan)]).toEqual([-inf, -0, nan]);
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
