import { expect, test } from "vitest";
import { openKernel } from "../../src/kernel/open-kernel.ts";
import { fitTheta, type FittedTheta } from "../../src/model/fit-theta.ts";
import { poolReplicates } from "../../src/model/pool-replicates.ts";
import { standardise } from "../../src/model/standardise.ts";
import { widestSurface } from "../../src/model/widest-surface.ts";
import { createRandom } from "../../src/random/create-random.ts";

const groups = Int32Array.of(0, 1);
const random = createRandom(9);
const places = Array.from({ length: 24 }, () => Float64Array.of(random.uniform(), random.uniform()));
const noise = places.map(() => random.normal());

function fit(values: readonly number[], options: Parameters<typeof fitTheta>[4], known?: Float64Array): FittedTheta {
  const readings = poolReplicates(places, standardise(values).values, 2);
  const stated = known === undefined ? readings : { ...readings, knownVariances: known };
  return fitTheta(openKernel(), stated, groups, "matern-5/2", options);
}

const sloping = places.map(([x = 0, y = 0], i) => 5 * x - 3 * y + 0.02 * (noise[i] as number));
const bowed = places.map(([x = 0, y = 0]) => (x - 0.5) ** 2 + (y - 0.5) ** 2);
const learning = { learnsVariance: true };

test("a surface longer than what was measured is wider than its readings: a bow as wide as may be, a slope as wide as it says", () => {
  const widest = (theta: FittedTheta) => {
    const own = widestSurface(poolReplicates(places, noise, 2), groups, "matern-5/2");
    return Math.exp(own(theta.lengthscales.map(Math.log), null));
  };
  const bow = fit(bowed, learning);
  expect(bow.variance).toBeGreaterThan(2);
  expect(bow.variance).toBeCloseTo(widest(bow), 3);
  const slope = fit(sloping, learning);
  expect(slope.variance).toBeGreaterThan(2);
  expect(slope.variance).toBeLessThan(widest(slope) / 2);
});

test("of noise nearly all is roughness, however wide the surface might be", () => {
  expect(fit(noise, learning).roughness).toBeGreaterThan(0.8);
});

test("it is 1 unless it is to be learned, where readings state their uncertainty, and beside related campaigns", () => {
  expect(fit(sloping, {}).variance).toBe(1);
  expect(fit(sloping, learning, new Float64Array(24).fill(0.01)).variance).toBe(1);
  expect(fit(sloping, { ...learning, tasks: 1 }).variance).toBe(1);
});

test("a search that starts where it ended stays there", () => {
  const first = fit(sloping, learning);
  const again = fit(sloping, { ...learning, from: first });
  expect(again.logPosterior).toBeCloseTo(first.logPosterior as number, 2);
  expect(again.variance / first.variance).toBeCloseTo(1, 1);
});
