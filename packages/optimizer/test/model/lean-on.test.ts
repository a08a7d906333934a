import { expect, test } from "vitest";
import { openKernel } from "../../src/kernel/open-kernel.ts";
import { conditionMember } from "../../src/model/condition-member.ts";
import { leanOn } from "../../src/model/lean-on.ts";
import { poolReplicates } from "../../src/model/pool-replicates.ts";
import { createRandom } from "../../src/random/create-random.ts";
import { textbookProcess } from "../support/textbook-process.ts";

const random = createRandom(5);
const groups = Int32Array.of(0, 1);
const features = Array.from({ length: 11 }, () => Float64Array.of(random.uniform(), random.uniform()));
const regressor = (place: ArrayLike<number>) => Math.cos(9 * place[0]!) + 3 * place[1]! ** 2;
const values = features.map((place) => 0.7 * regressor(place) + Math.sin(4 * place[0]!) + 0.1 * random.normal());
const theta = {
  lengthscales: Float64Array.of(0.6, 0.9),
  variance: 1.7,
  roughness: 0.05,
  noiseShare: 1,
  logPosterior: null,
};
const outcomes = { shape: "identity", exponent: 1, place: Number, restore: Number } as const;
const fit = { groups, family: "matern-5/2", outcomes, slopeOf: () => 0, theta, warps: null } as const;
const [middle, removed, variance] = [1.2, 0.4, 0.5];
const at = (places: Float64Array) =>
  Float64Array.from({ length: places.length / 2 }, (_, i) => regressor(places.subarray(2 * i, 2 * i + 2)) - middle);
const pooled = poolReplicates(features, values, 2);
const own = at(pooled.inputs);
const rest = pooled.means.map((value, i) => value - removed * own[i]!);
const plain = conditionMember(openKernel(), fit, { ...pooled, means: rest }, null)!;
const side = conditionMember(openKernel(), fit, { ...pooled, means: own }, null)!;
const leaning = leanOn(plain, side, { at, variance, removed });

const data = {
  features: pooled.inputs,
  groups,
  noiseWeights: new Float64Array(pooled.count).fill(1),
  knownVariances: new Float64Array(pooled.count),
  family: "matern-5/2",
} as const;
const hyper = { lengthscales: theta.lengthscales, variance: theta.variance, noise: theta.roughness, jitter: 1e-9 };
const { mean: centre } = textbookProcess({ ...data, values: own.map((value) => value + middle) }, hyper);
const truth = textbookProcess({ ...data, values: pooled.means }, hyper, undefined, (a, b) => {
  return variance * (regressor(a) - centre) * (regressor(b) - centre);
});

test("a process that leans on a regressor believes what one with the regressor in its covariance does", () => {
  const places = Float64Array.from({ length: 12 }, () => 1.5 * random.uniform());
  const { means, variances } = leaning.predict(places);
  const { means: together, covariance } = leaning.joint([0, 7], places);
  for (let i = 0; i < 6; i++) {
    const place = places.subarray(2 * i, 2 * i + 2);
    expect(means[i]).toBeCloseTo(truth.meanAt(place), 8);
    expect(together[2 + i]).toBeCloseTo(truth.meanAt(place), 8);
    expect(variances[i]).toBeCloseTo(truth.covarianceOf(place, place), 8);
    for (let j = 0; j < 6; j++) {
      const other = places.subarray(2 * j, 2 * j + 2);
      expect(covariance[(2 + i) * 8 + 2 + j]).toBeCloseTo(truth.covarianceOf(place, other), 8);
    }
    const first = pooled.inputs.subarray(0, 2);
    expect(covariance[(2 + i) * 8]).toBeCloseTo(truth.covarianceOf(first, place), 8);
  }
});

test("leaving one out of it, and what it believes of measured designs, are in closed form", () => {
  for (let row = 0; row < pooled.count; row++) {
    const inverse = truth.inverse[row]![row]!;
    expect(leaning.looRows.errors[row]).toBeCloseTo(truth.alpha[row]! / inverse, 8);
    expect(leaning.looRows.variances[row]).toBeCloseTo(1 / inverse, 8);
    const place = pooled.inputs.subarray(2 * row, 2 * row + 2);
    expect(leaning.measured.means[row]).toBeCloseTo(truth.meanAt(place), 7);
    expect(leaning.measured.variances[row]).toBeCloseTo(truth.covarianceOf(place, place), 7);
  }
});

test("a reading that is only believed changes no mean, raises no variance, and is forgotten", () => {
  const places = Float64Array.from({ length: 12 }, () => random.uniform());
  const before = leaning.predict(places);
  leaning.believe(Float64Array.of(0.5, 0.5));
  const then = leaning.predict(places);
  then.means.forEach((mean, i) => expect(mean).toBeCloseTo(before.means[i]!, 8));
  then.variances.forEach((one, i) => expect(one).toBeLessThanOrEqual(before.variances[i]! + 1e-9));
  leaning.forget();
  expect(leaning.predict(places)).toEqual(before);
});
