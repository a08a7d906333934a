import { expect, test } from "vitest";
import { openKernel } from "../src/kernel/open-kernel.ts";
import { createRandom } from "../src/random/create-random.ts";
import { createLogPosterior } from "../src/surrogate/log-posterior.ts";
import { loadReadings } from "../src/surrogate/load-readings.ts";
import { minimiseBounded } from "../src/surrogate/minimise-bounded.ts";
import { poolReplicates } from "../src/surrogate/pool-replicates.ts";
import { createPriors } from "../src/surrogate/priors.ts";
import { drawReadings, unpooled } from "./support/draw-readings.ts";

function evaluate(readings: Parameters<typeof createLogPosterior>[0], logHyper: readonly number[]) {
  const gradient = new Float64Array(logHyper.length);
  const kernel = openKernel();
  loadReadings(kernel, readings, 0);
  const density = createLogPosterior(readings, createPriors(readings.dimensions), kernel);
  const value = density(Float64Array.from(logHyper), gradient);
  return { value, gradient };
}

test("the log posterior of two readings is its closed form", () => {
  const readings = poolReplicates([Float64Array.of(0), Float64Array.of(0.5)], [-1, 1], 1);
  const [length, noise] = [0.4, 0.1];
  const r = 0.5 / length;
  const k = (1 + Math.sqrt(5) * r + (5 / 3) * r * r) * Math.exp(-Math.sqrt(5) * r);
  // By symmetry the constant is 0; eigenvalues 1 + s² ± k, of which (−1, 1) meets only the lower one.
  const likelihood = -1 / (1 + noise - k) - 0.5 * Math.log((1 + noise) ** 2 - k * k) - Math.log(2 * Math.PI);
  const logNormal = (x: number, mu: number, sigma: number) =>
    -Math.log(x * sigma * Math.sqrt(2 * Math.PI)) - (Math.log(x) - mu) ** 2 / (2 * sigma ** 2);
  const expected = likelihood + logNormal(length, Math.SQRT2, Math.sqrt(3)) + logNormal(noise, -4, 1);
  expect(evaluate(readings, [Math.log(length), Math.log(noise)]).value).toBeCloseTo(expected, 12);
});

test("the analytic gradient agrees with central differences", () => {
  const { inputs, values } = drawReadings(4, 17, 12);
  const readings = poolReplicates(inputs, values, 3);
  const at = [-1.2, 0.3, -0.4, -2.5];
  const { gradient } = evaluate(readings, at);
  at.forEach((_, i) => {
    const shifted = (by: number) =>
      evaluate(
        readings,
        at.map((value, j) => (i === j ? value + by : value)),
      ).value;
    expect(gradient[i]).toBeCloseTo((shifted(1e-5) - shifted(-1e-5)) / 2e-5, 6);
  });
});

test("pooled replicates have exactly the density of the readings one by one", () => {
  const { inputs, values } = drawReadings(9, 20, 8);
  const pooled = poolReplicates(inputs, values, 3);
  expect(pooled.count).toBe(8);
  for (const at of [
    [-1, -1, -1, -2],
    [0.5, -2, 0, -4],
    [1, 1, -0.5, 0.5],
  ]) {
    const [one, other] = [evaluate(pooled, at), evaluate(unpooled(inputs, values, 3), at)];
    expect(one.value).toBeCloseTo(other.value, 8);
    one.gradient.forEach((slope, i) => expect(slope).toBeCloseTo(other.gradient[i]!, 7));
  }
});

test("a singular covariance has density zero instead of failing", () => {
  const readings = unpooled([Float64Array.of(0.3), Float64Array.of(0.3)], [1, 2], 1);
  expect(evaluate(readings, [0, -60]).value).toBe(Number.NEGATIVE_INFINITY);
});

test("the bounded search finds the corner of a box and the bottom of a curved valley", () => {
  const banana = (x: Float64Array, gradient: Float64Array) => {
    const [a, b] = [1 - x[0]!, x[1]! - x[0]! ** 2];
    gradient[0] = -2 * a - 400 * x[0]! * b;
    gradient[1] = 200 * b;
    return a * a + 100 * b * b;
  };
  const free = minimiseBounded(
    banana,
    Float64Array.of(-1.2, 1),
    Float64Array.of(-5, -5),
    Float64Array.of(5, 5),
    0,
    200,
  );
  expect(free.x[0]).toBeCloseTo(1, 6);
  expect(free.x[1]).toBeCloseTo(1, 6);
  const bound = minimiseBounded(
    banana,
    Float64Array.of(-1.2, 1),
    Float64Array.of(-5, -5),
    Float64Array.of(0.5, 5),
    0,
    200,
  );
  expect(bound.x[0]).toBe(0.5);
  expect(bound.x[1]).toBeCloseTo(0.25, 6);
});

test("a search whose every value is forbidden returns its start", () => {
  const found = minimiseBounded(
    () => Number.NaN,
    Float64Array.of(0.5),
    Float64Array.of(0),
    Float64Array.of(1),
    1e-4,
    50,
  );
  expect([...found.x]).toEqual([0.5]);
});

test("equal seeds give equal streams and different seeds different ones", () => {
  const draw = (seed: number) => {
    const random = createRandom(seed);
    return Array.from({ length: 5 }, () => random.uniform());
  };
  expect(draw(7)).toEqual(draw(7));
  expect(draw(7)).not.toEqual(draw(8));
});
