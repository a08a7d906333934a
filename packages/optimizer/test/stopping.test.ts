import { expect, test } from "vitest";
import { budgetSpent, littleToGain, plateau, regretBound } from "../src/index.ts";
import { createRandom } from "../src/random/create-random.ts";
import { normalCdf } from "../src/special-functions/normal.ts";

const certain = { mean: 0, variance: 0 };

/** So many equal candidates of mean 0 and variance 1 beside a certain incumbent. */
function alike(count: number, experiments: number, gain: number) {
  const [means, variances] = [new Float64Array(count), new Float64Array(count).fill(1)];
  return { means, variances, incumbent: certain, experiments, gain, enough: 0.1 };
}

test("the probability of a gain from k equal candidates is 1 - Φᵏ", () => {
  for (const [experiments, gain] of [
    [1, 0],
    [1, 1.5],
    [3, 1],
    [10, 2],
  ] as const) {
    const exact = 1 - normalCdf(gain) ** experiments;
    expect(Math.abs(littleToGain(alike(experiments, experiments, gain), createRandom(7)).value - exact)).toBeLessThan(
      0.07,
    );
  }
});

test("the probability of a gain rises with experiments and candidates, and falls with the gain", () => {
  const at = (count: number, experiments: number, gain: number) =>
    littleToGain(alike(count, experiments, gain), createRandom(3)).value;
  const byGain = [0, 0.5, 1, 2, 3, 9].map((gain) => at(40, 10, gain));
  expect(byGain).toEqual(byGain.toSorted((a, b) => b - a));
  const byExperiments = [0, 1, 2, 5, 10].map((experiments) => at(40, experiments, 1.5));
  expect(byExperiments).toEqual(byExperiments.toSorted((a, b) => a - b));
  expect(byExperiments[0]).toBe(0);
  expect(at(200, 10, 2)).toBeGreaterThan(at(10, 10, 2));
});

test("an uncertain incumbent counts: equal beliefs beat each other half the time", () => {
  const outlook = { ...alike(1, 1, 0), incumbent: { mean: 0, variance: 1 } };
  expect(Math.abs(littleToGain(outlook, createRandom(5)).value - 0.5)).toBeLessThan(0.07);
});

test("a campaign with little to gain stops and says why, and one with much goes on", () => {
  const { stop, why } = littleToGain(alike(20, 10, 6), createRandom(1));
  expect([stop, why]).toEqual([
    true,
    "the probability that 10 more experiments gain more than 6 is about 0 %, below 10 %",
  ]);
  expect(littleToGain(alike(20, 10, 0.5), createRandom(1)).stop).toBe(false);
  expect(littleToGain(alike(20, 10, 1), createRandom(1))).toEqual(littleToGain(alike(20, 10, 1), createRandom(1)));
});

test("the regret bound is the highest upper limit less the highest lower one", () => {
  const beliefs = { means: Float64Array.of(5, 4, 0), variances: Float64Array.of(0.01, 1, 0.25), confidence: 2 };
  const verdict = regretBound({ ...beliefs, tolerance: 1 });
  expect(verdict.value).toBeCloseTo(6 - 4.8, 12);
  expect([verdict.stop, verdict.why]).toEqual([
    false,
    "stopping now loses at most 1.2, at 2 standard deviations of confidence, more than the 1 allowed",
  ]);
  expect(regretBound({ ...beliefs, tolerance: 1.3 }).stop).toBe(true);
  const nothing = { means: new Float64Array(0), variances: new Float64Array(0), confidence: 2, tolerance: 1 };
  expect(regretBound(nothing).stop).toBe(false);
});

test("the regret bound covers the true regret of the design with the highest lower limit", () => {
  const random = createRandom(11);
  let covered = 0;
  for (let trial = 0; trial < 400; trial++) {
    const means = Float64Array.from({ length: 10 }, () => random.normal());
    const variances = Float64Array.from({ length: 10 }, () => random.uniform());
    const { value } = regretBound({ means, variances, confidence: 3, tolerance: 0 });
    const truth = means.map((mean, i) => mean + Math.sqrt(variances[i]!) * random.normal());
    const lower = means.map((mean, i) => mean - 3 * Math.sqrt(variances[i]!));
    if (Math.max(...truth) - truth[lower.indexOf(Math.max(...lower))]! <= value) covered++;
  }
  expect(covered).toBeGreaterThan(390);
});

test("a plateau is a best that has not risen, and too short a history is none", () => {
  expect(plateau([1, 5, 9, 9, 8, 7], 3, 0)).toEqual({
    rule: "plateau",
    stop: true,
    value: 0,
    why: "the last 3 readings raised the best by 0 % of the range of all, no more than 0 %",
  });
  expect([plateau([1, 5, 9], 3, 0).stop, plateau([], 3, 0).stop, plateau([2, 2, 2, 2], 3, 0).stop]).toEqual([
    false,
    false,
    true,
  ]);
  expect(plateau([0, 8, 7, 10], 2, 0.1)).toMatchObject({ stop: false, value: 0.2 });
});

test("a budget is spent when as many were started as were planned", () => {
  expect(budgetSpent(59, 60)).toMatchObject({
    stop: false,
    value: 1,
    why: "59 of 60 planned experiments were started",
  });
  expect([budgetSpent(60, 60).stop, budgetSpent(61, 60).value]).toEqual([true, 0]);
});
