import { expect, test } from "vitest";
import { logHypervolumeGains } from "../../src/acquisition/hypervolume-gain.ts";
import { logExpectedImprovement } from "../../src/acquisition/log-expected-improvement.ts";
import { addPicked, outcomesOf, type SampledOutcomes } from "../../src/acquisition/sampled-outcomes.ts";
import { hypervolume } from "../../src/index.ts";
import { createRandom } from "../../src/random/create-random.ts";
import { drawBeliefs, drawSamples } from "../support/draw-samples.ts";

function samplesOf(rows: readonly (readonly number[])[]): SampledOutcomes {
  return { samples: 1, designs: rows.length, objectives: 2, values: Float64Array.from(rows.flat()) };
}

function believe(...rows: readonly (readonly [mean: number, sd: number])[]) {
  return {
    means: Float64Array.from(rows, ([mean]) => mean),
    variances: Float64Array.from(rows, ([, sd]) => sd * sd),
  };
}

function plain(mean: number, sd: number, level: number): number {
  return Math.exp(logExpectedImprovement(mean, sd, level));
}

test.each([2, 3, 4])(
  "with %d objectives the gain is the mean of what drawn outcomes add to the hypervolume",
  (objectives) => {
    const sampled = drawSamples(objectives, { samples: 4, designs: 8, objectives, noise: 0.2 });
    const beliefs = drawBeliefs(7, 3, objectives);
    const reference = new Float64Array(objectives).fill(-1.5);
    const gains = logHypervolumeGains(sampled, reference)(beliefs);
    const random = createRandom(3);
    const draws = 3000;
    for (let candidate = 0; candidate < 3; candidate++) {
      let sum = 0;
      let squares = 0;
      for (let s = 0; s < 4; s++) {
        const front = outcomesOf(sampled, s);
        const before = hypervolume(front, reference);
        for (let draw = 0; draw < draws; draw++) {
          const outcome = Float64Array.from({ length: objectives }, (_, j) => {
            const at = j * 3 + candidate;
            return beliefs.means[at]! + Math.sqrt(beliefs.variances[at]!) * random.normal();
          });
          const added = hypervolume([...front, outcome], reference) - before;
          sum += added;
          squares += added * added;
        }
      }
      const mean = sum / (4 * draws);
      const error = Math.sqrt((squares / (4 * draws) - mean * mean) / (4 * draws));
      expect(Math.abs(Math.exp(gains[candidate]!) - mean)).toBeLessThan(5 * error + 1e-9);
    }
  },
);

test("with nothing measured the gain is the product of the improvements over the reference, also where that underflows", () => {
  const none = samplesOf([]);
  for (const mean of [3, 0, -5, -20, -37, -40, -100, -1000]) {
    const [gain] = logHypervolumeGains(none, [0, 0])(believe([mean, 1], [mean, 0.5]));
    const exact = logExpectedImprovement(mean, 1, 0) + logExpectedImprovement(mean, 0.5, 0);
    expect(gain! / exact).toBeCloseTo(1, 10);
  }
});

test("far below a front the gain counts only what the front does not already cover", () => {
  const at = (level: number) => logExpectedImprovement(-40, 1, level);
  for (const step of [1e-9, 1e-3, 0.01, 0.1]) {
    const [gain] = logHypervolumeGains(samplesOf([[step, step]]), [0, 0])(believe([-40, 1], [-40, 1]));
    // In units of what there is above the reference: both sides, less what lies below the one point.
    const beyond = Math.exp(at(step) - at(0));
    expect(gain! - 2 * at(0)).toBeCloseTo(Math.log(beyond + beyond * (1 - beyond)), 6);
  }
});

test("a gain of two objectives is the sum over boxes worked out by hand", () => {
  const [x, y] = [(level: number) => plain(0.5, 0.4, level), (level: number) => plain(0.8, 0.3, level)];
  const [gain] = logHypervolumeGains(
    samplesOf([
      [1, 0.4],
      [0.6, 1],
    ]),
    [0, 0],
  )(believe([0.5, 0.4], [0.8, 0.3]));
  const sum = x(0) * y(1) + x(0.6) * (y(0.4) - y(1)) + x(1) * (y(0) - y(0.4));
  expect(gain).toBeCloseTo(Math.log(sum), 10);
});

test("far below the front, the logarithm still tells better from worse without a step where it takes over", () => {
  const front = samplesOf([
    [1, 0],
    [0.5, 0.6],
    [0, 1],
  ]);
  const at = (mean: number) => logHypervolumeGains(front, [-0.2, -0.2])(believe([mean, 0.1], [mean, 0.1]))[0]!;
  const gains = Array.from({ length: 60 }, (_, i) => at(0.6 - 0.1 * i));
  const slopes = gains.slice(1).map((gain, i) => gain - gains[i]!);
  expect(gains.every(Number.isFinite)).toBe(true);
  // The logarithm is concave: every step down costs more than the one before.
  for (let i = 1; i < slopes.length; i++) expect(slopes[i]!).toBeLessThan(slopes[i - 1]!);
});

test("a certain outcome gains exactly what it adds", () => {
  const front = [
    [1, 2],
    [2, 1],
  ];
  const gains = logHypervolumeGains(
    samplesOf(front),
    [0, 0],
  )({ means: Float64Array.of(3, 2, 1, 3, 2, 2), variances: new Float64Array(6) });
  const added = [
    [3, 3],
    [2, 2],
    [1, 2],
  ].map((point) => hypervolume([...front, point], [0, 0]) - 3);
  expect([...gains].map(Math.exp).map((gain) => Math.round(1e12 * gain) / 1e12)).toEqual(added);
  expect(gains[2]).toBe(Number.NEGATIVE_INFINITY);
});

test("dominated, repeated and forbidden designs change nothing, nor does the order of designs and candidates", () => {
  const beliefs = drawBeliefs(2, 20, 2);
  const gains = logHypervolumeGains(
    samplesOf([
      [1, 0],
      [0, 1],
    ]),
    [-1, -1],
  )(beliefs);
  const worse = [
    [0, 1],
    [-0.5, 0.2],
    [1, 0],
    [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY],
    [-3, 9],
  ];
  expect(logHypervolumeGains(samplesOf([[1, 0], [0, 1], ...worse]), [-1, -1])(beliefs)).toEqual(gains);
  expect(logHypervolumeGains(samplesOf([...worse, [1, 0]]), [-1, -1])(beliefs)).toEqual(gains);
  const turned = {
    means: Float64Array.of(...beliefs.means.slice(0, 20).toReversed(), ...beliefs.means.slice(20).toReversed()),
    variances: Float64Array.of(
      ...beliefs.variances.slice(0, 20).toReversed(),
      ...beliefs.variances.slice(20).toReversed(),
    ),
  };
  expect(
    logHypervolumeGains(
      samplesOf([
        [1, 0],
        [0, 1],
      ]),
      [-1, -1],
    )(turned).toReversed(),
  ).toEqual(gains);
});

test("a picked candidate takes the gain of its own corner of the front, not that of another", () => {
  const front = drawSamples(4, { samples: 64, designs: 0, objectives: 2, noise: 0 });
  const beliefs = { means: Float64Array.of(3, 3, 0.5, 0.4, 0.4, 3), variances: new Float64Array(6).fill(0.01) };
  const before = logHypervolumeGains(front, [0, 0])(beliefs);
  const picked = addPicked(front, beliefs, 0, createRandom(1));
  expect([picked.designs, picked.values.length]).toEqual([1, 128]);
  const after = logHypervolumeGains(picked, [0, 0])(beliefs);
  expect(after[1]! - before[1]!).toBeLessThan(-1.5);
  expect(after[2]! - before[2]!).toBeGreaterThan(-0.25);
  expect(addPicked(front, beliefs, 0, createRandom(1))).toEqual(picked);
});
