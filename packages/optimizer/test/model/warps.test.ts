import fc from "fast-check";
import { expect, test } from "vitest";
import { openKernel } from "../../src/kernel/open-kernel.ts";
import { fitMember } from "../../src/model/fit-member.ts";
import { fitModel } from "../../src/model/fit-model.ts";
import { fitTheta } from "../../src/model/fit-theta.ts";
import { fitWarps } from "../../src/model/fit-warps.ts";
import type { Member } from "../../src/model/member.ts";
import { poolReplicates } from "../../src/model/pool-replicates.ts";
import { standardise } from "../../src/model/standardise.ts";
import { type Warp, warpInputs } from "../../src/model/warp-inputs.ts";
import { createRandom } from "../../src/random/create-random.ts";

/** Waves that crowd near 0, along the first of two inputs. */
const crowded = ([x = 0, y = 0]: Float64Array) => Math.sin(9 * x ** (1 / 3)) + 0.3 * y;
const even = ([x = 0, y = 0]: Float64Array) => Math.sin(5 * x) + 0.3 * y;

function evidenceOf(surface: (x: Float64Array) => number, count: number, seed: number) {
  const random = createRandom(seed);
  const features = Array.from({ length: count }, () => Float64Array.of(random.uniform(), random.uniform()));
  return { features, groups: Int32Array.of(0, 1), values: features.map((x) => surface(x) + 0.02 * random.normal()) };
}

function straightAndWarped(evidence: ReturnType<typeof evidenceOf>) {
  const straight = fitMember(openKernel(), evidence, "matern-5/2", "identity") as Member;
  return {
    straight,
    warped: fitMember(openKernel(), evidence, "matern-5/2", "identity", { from: straight.theta, warps: "chosen" }),
  };
}

test("a surface whose waves crowd at one end of an input is predicted better once that input is bent", () => {
  const { straight, warped } = straightAndWarped(evidenceOf(crowded, 40, 1));
  expect(warped?.warps?.[0]?.[0]).toBeLessThan(1);
  expect((warped as Member).looDensity).toBeGreaterThan(straight.looDensity + 0.2);
  const missed = (member: Member) => {
    const own = createRandom(2);
    return Array.from({ length: 200 }, () => Float64Array.of(own.uniform(), own.uniform())).reduce(
      (sum, x) => sum + (member.restore(member.predict(x).means[0] as number) - crowded(x)) ** 2,
      0,
    );
  };
  expect(missed(warped as Member)).toBeLessThan(0.5 * missed(straight));
});

test("a surface that is as wavy everywhere is left unbent", () => {
  const bent = Array.from({ length: 10 }, (_, seed) => straightAndWarped(evidenceOf(even, 25, 10 + seed)).warped);
  const first = bent.filter((member) => {
    const [a, b] = member?.warps?.[0] ?? [1, 1];
    return Math.abs(Math.log(a * b)) > 0.5;
  });
  expect(first.length).toBeLessThanOrEqual(2);
});

test("few readings choose no bend that they say little of", () => {
  const warped = Array.from({ length: 20 }, (_, seed) => straightAndWarped(evidenceOf(even, 6, 40 + seed)).warped);
  expect(warped.filter((member) => member !== null).length).toBeLessThanOrEqual(3);
});

test("which bends are chosen does not depend on the unit of the readings and of what is known of the surface", () => {
  const choices = Array.from({ length: 12 }, (_, seed) => {
    const { features, groups, values } = evidenceOf(seed % 2 === 0 ? even : crowded, 14, 60 + seed);
    const pooled = poolReplicates(features, standardise(values).values, 2);
    const theta = fitTheta(openKernel(), pooled, groups, "matern-5/2");
    const inUnitOf = (unit: number) => {
      const readings = { ...pooled, means: pooled.means.map((mean) => unit * mean) };
      const own = { ...theta, variance: unit * unit, roughness: unit * unit * theta.roughness };
      return fitWarps(openKernel(), readings, groups, "matern-5/2", own);
    };
    expect(inUnitOf(16)).toEqual(inUnitOf(1));
    return inUnitOf(1);
  });
  expect(new Set(choices.map((warps) => warps === null)).size).toBe(2);
});

test("names, descriptors and settings of two values are never bent", () => {
  const random = createRandom(4);
  const features = Array.from({ length: 30 }, () => {
    const option = Math.floor(3 * random.uniform());
    return Float64Array.of(random.uniform() < 0.5 ? 0 : 1, ...[0, 1, 2].map((i) => (i === option ? 1 : 0)));
  });
  const evidence = {
    features,
    groups: Int32Array.of(0, 1, 1, 1),
    values: features.map(([a = 0, b = 0]) => a + b + 0.1 * random.normal()),
  };
  expect(fitModel(evidence)?.members.every(({ warps }) => warps === null)).toBe(true);
});

test("a bend is monotone, keeps 0 and 1, and leaves what lies outside alone", () => {
  const exponent = fc.constantFrom(1 / 3, 0.5, 1, 2, 3);
  fc.assert(
    fc.property(exponent, exponent, fc.double({ min: -1, max: 2, noNaN: true }), (a, b, x) => {
      const warps: Warp[] = [[a, b]];
      const [low, middle, high] = warpInputs(Float64Array.of(0, x, 1), warps);
      expect([low, high]).toEqual([0, 1]);
      if (x <= 0 || x >= 1) expect(middle).toBe(x);
      else {
        expect(middle).toBeGreaterThanOrEqual(0);
        expect(middle).toBeLessThanOrEqual(1);
        const [next] = warpInputs(Float64Array.of(x + (1 - x) / 2), warps);
        expect(next).toBeGreaterThanOrEqual(middle as number);
      }
    }),
  );
});

test("a bent member believes and forgets as the others do", () => {
  const warped = straightAndWarped(evidenceOf(crowded, 30, 5)).warped as Member;
  const place = Float64Array.of(0.03, 0.4);
  const before = warped.predict(place);
  warped.believe(place);
  const believed = warped.predict(place);
  expect(believed.means[0]).toBeCloseTo(before.means[0] as number, 6);
  expect(believed.variances[0]).toBeLessThan(before.variances[0] as number);
  warped.forget();
  expect(warped.predict(place)).toEqual(before);
});
