import fc from "fast-check";
import { expect, test } from "vitest";
import { ceilingWithin } from "../../src/acquisition/ceiling-within.ts";
import { desirability } from "../../src/acquisition/desirability.ts";
import { desirabilityOf } from "../../src/study/desirability-of.ts";
import { gainPerCost } from "../../src/acquisition/gain-per-cost.ts";
import { logFeasibility } from "../../src/acquisition/log-feasibility.ts";
import { logProbabilityWithin } from "../../src/acquisition/log-probability-within.ts";
import { logNormalCdf, normalCdf } from "../../src/special-functions/normal.ts";

const none = Number.NEGATIVE_INFINITY;

test("a limit on one side has the probability of the normal distribution", () => {
  expect(logProbabilityWithin(1, 4, undefined, 3)).toBeCloseTo(logNormalCdf(1), 14);
  expect(logProbabilityWithin(1, 4, 3)).toBeCloseTo(logNormalCdf(-1), 14);
  expect(logProbabilityWithin(1, 4)).toBeCloseTo(0, 14);
  expect([
    logProbabilityWithin(1, 0, 1, 2),
    logProbabilityWithin(3, 0, 1, 2),
    logProbabilityWithin(3, 1, 2, 1),
  ]).toEqual([0, none, none]);
});

test("between two limits it is the difference of both ends, and their shares of a range add up", () => {
  const bound = fc.double({ min: -6, max: 6, noNaN: true });
  fc.assert(
    fc.property(bound, bound, bound, (a, b, c) => {
      const [low, middle, high] = [a, b, c].toSorted((x, y) => x - y) as [number, number, number];
      fc.pre(high - low > 1e-3);
      const within = (from: number, to: number) => Math.exp(logProbabilityWithin(0, 1, from, to));
      expect(within(low, high)).toBeCloseTo(normalCdf(high) - normalCdf(low), 13);
      expect((within(low, middle) + within(middle, high)) / within(low, high)).toBeCloseTo(1, 8);
      expect(logProbabilityWithin(0, 1, -high, -low)).toBeCloseTo(logProbabilityWithin(0, 1, low, high), 9);
    }),
    { seed: 1 },
  );
});

test("far out and in the narrowest of windows the logarithm is finite and right", () => {
  const density = (z: number) => -0.5 * z * z - 0.5 * Math.log(2 * Math.PI);
  expect(logProbabilityWithin(0, 1, 50, 60)).toBeCloseTo(logNormalCdf(-50), 9);
  expect(logProbabilityWithin(0, 1, -1e4, -9999)).toBeCloseTo(logNormalCdf(-9999), 3);
  for (const z of [0, 2, -7, 30]) {
    for (const width of [1e-12, 1e-8, 1e-5]) {
      // The middle of the window as it is in doubles.
      const high = z + width;
      expect(logProbabilityWithin(0, 1, z, high)).toBeCloseTo(density(z + width / 2) + Math.log(high - z), 5);
    }
  }
});

test("a ceiling holds at every variance up to the one it is told for, and tells a mean well beyond its limits from one within", () => {
  const value = fc.double({ min: -6, max: 6, noNaN: true });
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(
      value,
      fc.tuple(value, value),
      fc.constantFrom("min", "max", "both"),
      share,
      (mean, ends, kind, part) => {
        const [low, high] = ends.toSorted((x, y) => x - y) as [number, number];
        const limit = { ...(kind === "max" ? {} : { min: low }), ...(kind === "min" ? {} : { max: high }) };
        const exact = logProbabilityWithin(mean, 4 * part, limit.min, limit.max);
        expect(exact).toBeLessThanOrEqual(ceilingWithin(mean, 4, limit));
      },
    ),
    { seed: 1, numRuns: 500 },
  );
  expect(ceilingWithin(5, 1, { max: 2 })).toBeLessThan(-6);
  expect(ceilingWithin(-1, 1, { min: 2, max: 3 })).toBeLessThan(-6);
  expect(ceilingWithin(3, 0, { max: 2 })).toBe(none);
});

test("feasibility of a candidate is the product over its limits, and prefers what is safe", () => {
  const beliefs = { means: Float64Array.of(1, 2, 3, 0, 0, 5), variances: new Float64Array(6).fill(1) };
  const logs = logFeasibility(beliefs, [{ max: 2 }, { min: -1, max: 1 }]);
  expect(logs[0]).toBeCloseTo(logNormalCdf(1) + logProbabilityWithin(0, 1, -1, 1), 13);
  expect([...logs]).toEqual([...logs].toSorted((a, b) => b - a));
  expect([...logFeasibility({ means: new Float64Array(0), variances: new Float64Array(0) }, [])]).toEqual([]);
});

test("desirability is 0 when one quantity is at its worst, 1 when all are at their best, and the weighted geometric mean between", () => {
  const scales = [
    { worst: 0, best: 10, weight: 1 },
    { worst: 5, best: 1, weight: 3 },
  ];
  expect(desirability([10, 5], scales)).toBe(0);
  expect(desirability([99, -3], scales)).toBe(1);
  expect(desirability([5, 3], scales)).toBeCloseTo(0.5, 14);
  expect(desirability([9, 4], scales)).toBeCloseTo(0.9 ** 0.25 * 0.25 ** 0.75, 14);
});

test("a target is fully desirable alone, not at all at its low and high, and in proportion on either side", () => {
  const scale = { worst: 6.5, best: 7, beyond: 8, weight: 1 };
  const worth = (value: number) => desirability([value], [scale]);
  expect([6.5, 6.75, 7, 7.5, 8, 9].map(worth)).toEqual(
    [0, 0.5, 1, 0.5, 0, 0].map((share) => expect.closeTo(share, 14)),
  );
  const limits = fc.uniqueArray(fc.double({ noNaN: true, min: -1e6, max: 1e6 }), { minLength: 3, maxLength: 3 });
  fc.assert(
    fc.property(
      limits,
      fc.double({ noNaN: true, min: 0, max: 1 }),
      fc.double({ noNaN: true, min: 0, max: 1 }),
      (own, a, b) => {
        const [low, target, high] = own.toSorted((x, y) => x - y) as [number, number, number];
        fc.pre(target - low > 1e-6 && high - target > 1e-6);
        const objective = {
          name: "pH",
          unit: "1",
          goal: "target" as const,
          desirability: { low, target, high, weight: 1 },
        };
        const worthOf = (pH: number) => desirabilityOf([objective], { pH }) as number;
        // From either side, nearer is never worse; where it stands is between 0 and 1.
        const [near, far] = [Math.min(a, b), Math.max(a, b)];
        for (const end of [low, high]) {
          const at = (share: number) => worthOf(target + share * (end - target));
          expect(at(near)).toBeGreaterThanOrEqual(at(far));
          expect(at(far)).toBeCloseTo(1 - far, 6);
        }
        expect(worthOf(target)).toBe(1);
        expect([low, high, low - 1, high + 1].map(worthOf)).toEqual([0, 0, 0, 0]);
        // Mirrored it is as desirable.
        const mirrored = { ...objective, desirability: { low: -high, target: -target, high: -low, weight: 1 } };
        const value = low + a * (high - low);
        expect(desirabilityOf([mirrored], { pH: -value })).toBeCloseTo(worthOf(value), 9);
      },
    ),
  );
});

test("half the cost is twice the gain per cost, and half the loss", () => {
  expect(gainPerCost(3, 0.5)).toBe(2 * gainPerCost(3, 1));
  expect(gainPerCost(-3, 0.5)).toBe(gainPerCost(-3, 1) / 2);
});
