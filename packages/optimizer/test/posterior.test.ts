import { expect, test } from "vitest";
import { openKernel } from "../src/kernel/open-kernel.ts";
import { type PooledReadings, poolReplicates } from "../src/surrogate/pool-replicates.ts";
import { createPosterior, type Hyper, type Posterior } from "../src/surrogate/posterior.ts";
import { drawReadings, unpooled } from "./support/draw-readings.ts";

const hyper: Hyper = { lengthscales: Float64Array.of(0.4, 0.7, 1.1), noise: 0.05 };
const places = drawReadings(77, 30, 30).inputs;

function matern52(squaredDistance: number): number {
  const root = Math.sqrt(5 * squaredDistance);
  return (1 + root + (5 / 3) * squaredDistance) * Math.exp(-root);
}

/** The posterior in a kernel of its own. */
function posteriorOf(
  readings: PooledReadings,
  own: Hyper,
  at: readonly Float64Array[],
  room: number,
): Posterior | null {
  return createPosterior(readings, own, at, room, openKernel());
}

function expectClose(actual: Float64Array | undefined, expected: Float64Array | undefined, digits: number): void {
  expect(actual?.length).toBe(expected?.length);
  actual?.forEach((value, i) => expect(value).toBeCloseTo(expected?.[i] ?? Number.NaN, digits));
}

test("the posterior after one reading is its closed form", () => {
  const readings = poolReplicates([Float64Array.of(0.5)], [3], 1);
  const one: Hyper = { lengthscales: Float64Array.of(0.5), noise: 0.25 };
  const posterior = posteriorOf(readings, one, [Float64Array.of(0.5), Float64Array.of(1)], 0);
  expectClose(posterior?.means, Float64Array.of(3, 3), 14);
  expectClose(posterior?.variances, Float64Array.of(1 - 1 / 1.25, 1 - matern52(1) ** 2 / 1.25), 14);
});

test("the posterior after two readings is its closed form", () => {
  const readings = poolReplicates([Float64Array.of(0), Float64Array.of(1)], [-1, 1], 1);
  const two: Hyper = { lengthscales: Float64Array.of(0.8), noise: 0.1 };
  const posterior = posteriorOf(readings, two, [Float64Array.of(0), Float64Array.of(0.5)], 0);
  const k = matern52(1 / 0.64);
  expect(posterior?.means[0]).toBeCloseTo(-(1 - k) / (1.1 - k), 13);
  expect(posterior?.means[1]).toBeCloseTo(0, 13);
  const half = matern52(0.25 / 0.64);
  expect(posterior?.variances[1]).toBeCloseTo(1 - (2 * half * half) / (1.1 + k), 13);
});

test("pooled replicates give exactly the posterior of the readings one by one", () => {
  const { inputs, values } = drawReadings(9, 20, 8);
  const pooled = posteriorOf(poolReplicates(inputs, values, 3), hyper, places, 0);
  const single = posteriorOf(unpooled(inputs, values, 3), hyper, places, 0);
  expectClose(pooled?.means, single?.means, 11);
  expectClose(pooled?.variances, single?.variances, 11);
});

test("believing readings equals conditioning afresh on them", () => {
  const { inputs, values } = drawReadings(9, 14, 14);
  const grown = posteriorOf(poolReplicates(inputs, values, 3), hyper, places, 3);
  const before = grown?.means.slice();
  for (const index of [4, 9, 4]) grown?.believe(index);
  const believed = [4, 9, 4].map((index) => places[index]!);
  const afresh = posteriorOf(
    poolReplicates([...inputs, ...believed], [...values, ...[4, 9, 4].map((index) => before?.[index] ?? 0)], 3),
    hyper,
    places,
    0,
  );
  expect(grown?.means).toEqual(before);
  expectClose(grown?.means, afresh?.means, 11);
  expectClose(grown?.variances, afresh?.variances, 11);
});

test("a covariance singular to rounding is mended by jitter", () => {
  const twins = unpooled([Float64Array.of(0.3), Float64Array.of(0.3)], [1, 2], 1);
  const place = [Float64Array.of(0.3)];
  expect(posteriorOf(twins, { lengthscales: Float64Array.of(1), noise: 0 }, place, 0)?.means[0]).toBeCloseTo(1.5, 6);
});

test("pooling does not depend on the order of the readings", () => {
  const { inputs, values } = drawReadings(5, 20, 8);
  expect(poolReplicates(inputs.toReversed(), values.toReversed(), 3)).toEqual(poolReplicates(inputs, values, 3));
});
