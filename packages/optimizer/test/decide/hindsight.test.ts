import { expect, test } from "vitest";
import { hindsight } from "../../src/decide/hindsight.ts";
import { fitModel, type Model } from "../../src/model/fit-model.ts";
import { createRandom } from "../../src/random/create-random.ts";
import { drawEvidence } from "../support/draw-evidence.ts";

/** Designs in one parameter and what was read of them. */
function lineModel(readings: readonly (readonly [place: number, value: number])[]): Model {
  return fitModel({
    features: readings.map(([place]) => Float64Array.of(place)),
    groups: Int32Array.of(0),
    values: readings.map(([, value]) => value),
  }) as Model;
}

const seeds = Array.from({ length: 16 }, (_, seed) => seed + 1);
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Expected improvement of a normal value by a sum over its density. */
function improvementBySum(foretold: number, spread: number, best: number): number {
  const steps = 4000;
  let sum = 0;
  for (let i = 0; i < steps; i++) {
    const z = -10 + (20 * (i + 0.5)) / steps;
    sum += Math.max(0, foretold + spread * z - best) * Math.exp(-0.5 * z * z);
  }
  return (sum * 20) / steps / Math.sqrt(2 * Math.PI);
}

test("it is the mean of the designs, each as often as it was expected to better the best of the others, in standard errors", () => {
  const model = fitModel(drawEvidence(3, 14, 0.3)) as Model;
  const told = model.members.map(({ readings, looRows }) => {
    const values = [...readings.means];
    const middle = mean(values);
    const spread = Math.sqrt(values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1));
    const likes = values.map((value, row) => {
      const others = values.filter((_, other) => other !== row);
      const sd = Math.sqrt(looRows.variances[row] as number);
      return improvementBySum(value - (looRows.errors[row] as number), sd, Math.max(...others));
    });
    const total = likes.reduce((sum, like) => sum + like, 0);
    const picked = likes.reduce((sum, like, row) => {
      const others = values.filter((_, other) => other !== row);
      return sum + (like / total) * (((values[row] as number) - mean(others)) / spread);
    }, 0);
    const counting = total ** 2 / likes.reduce((sum, like) => sum + like ** 2, 0);
    return picked * Math.sqrt(counting);
  });
  const expected = told.reduce((sum, own, m) => sum + own * (model.weights[m] as number), 0);
  expect(hindsight(model)).toBeCloseTo(expected, 3);
});

test("where the surface can be learned it is above what it is of noise, and that is about 1", () => {
  const learned = seeds.map((seed) => hindsight(fitModel(drawEvidence(seed, 20, 0.05)) as Model));
  const noise = seeds.map((seed) => {
    // Another seed than that of the places: of one stream both are the noise is a function of them.
    const random = createRandom(1000 + seed);
    const evidence = drawEvidence(seed, 20, 0.05);
    return hindsight(fitModel({ ...evidence, values: evidence.values.map(() => random.normal()) }) as Model);
  });
  expect(mean(learned)).toBeGreaterThan(1.5);
  expect(Math.min(...learned)).toBeGreaterThan(0.5);
  expect(Math.abs(mean(noise) - 1)).toBeLessThan(0.4);
});

test("where lonely designs were promised much and read little it is below 0", () => {
  const rising = Array.from({ length: 10 }, (_, i): [number, number] => [0.02 * i, i / 10]);
  const lonely: [number, number][] = [
    [0.3, -1],
    [0.45, -1.1],
    [0.6, -1.2],
    [0.8, -1.3],
    [1, -0.9],
  ];
  expect(hindsight(lineModel(rising))).toBeGreaterThan(1);
  expect(hindsight(lineModel([...rising, ...lonely]))).toBeLessThan(0);
});

test("of fewer than three designs, and of designs that all read the same, nothing is told", () => {
  expect(hindsight(lineModel([[0.2, 1]]))).toBe(0);
  expect(
    hindsight(
      lineModel([
        [0.2, 1],
        [0.8, 3],
      ]),
    ),
  ).toBe(0);
  expect(
    hindsight(
      lineModel([
        [0.2, 1],
        [0.5, 1],
        [0.8, 1],
      ]),
    ),
  ).toBe(0);
});
