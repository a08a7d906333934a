import { expect, test } from "vitest";
import { openKernel } from "../../src/kernel/open-kernel.ts";
import { conditionMember } from "../../src/model/condition-member.ts";
import type { Belief, JointBelief, Member } from "../../src/model/member.ts";
import { type PooledReadings, poolReplicates } from "../../src/model/pool-replicates.ts";
import { drawReadings, unpooled } from "../support/draw-readings.ts";

/** A process with given hyperparameters, whose whole roughness is noise unless less is said. */
function memberOf(
  readings: PooledReadings,
  lengthscales: readonly number[],
  noise: number,
  { variance = 1, noiseShare = 1 } = {},
): Member {
  const same = (value: number) => value;
  const outcomes = { shape: "identity", exponent: 1, place: same, restore: same } as const;
  const groups = Int32Array.from(lengthscales, (_, i) => i);
  const lengths = { lengthscales: Float64Array.from(lengthscales) };
  const theta = { ...lengths, variance, roughness: noise, noiseShare, logPosterior: null };
  const fit = { groups, family: "matern-5/2", outcomes, slopeOf: () => 0, theta, warps: null } as const;
  return conditionMember(openKernel(), fit, readings, null) as Member;
}

function matern52(squaredDistance: number): number {
  const root = Math.sqrt(5 * squaredDistance);
  return (1 + root + (5 / 3) * squaredDistance) * Math.exp(-root);
}

const places = Float64Array.from(drawReadings(77, 30, 30).inputs.flatMap((x) => [...x]));
const lengthscales = [0.4, 0.7, 1.1];

function expectClose(actual: Float64Array, expected: Float64Array, digits: number): void {
  expect(actual.length).toBe(expected.length);
  actual.forEach((value, i) => expect(value).toBeCloseTo(expected[i] ?? Number.NaN, digits));
}

test("what is believed after two readings is its closed form", () => {
  const member = memberOf(poolReplicates([Float64Array.of(0), Float64Array.of(1)], [-1, 1], 1), [0.8], 0.1);
  const { means, variances } = member.predict(Float64Array.of(0, 0.5));
  const k = matern52(1 / 0.64);
  expect(means[0]).toBeCloseTo(-(1 - k) / (1.1 - k), 8);
  expect(means[1]).toBeCloseTo(0, 12);
  const half = matern52(0.25 / 0.64);
  expect(variances[1]).toBeCloseTo(1 - (2 * half * half) / (1.1 + k), 8);
});

test("a surface that spreads thrice as far is the same one in a unit of a third", () => {
  const { inputs, values } = drawReadings(4, 12, 12);
  const wide = memberOf(
    poolReplicates(
      inputs,
      values.map((value) => 3 * value),
      3,
    ),
    lengthscales,
    0.9,
    { variance: 9, noiseShare: 0.7 },
  );
  const unit = memberOf(poolReplicates(inputs, values, 3), lengthscales, 0.1, { noiseShare: 0.7 });
  for (const believing of [false, true]) {
    if (believing) for (const member of [wide, unit]) member.believe(places.subarray(3, 6));
    const [far, near] = [wide, unit].map((member) => member.predict(places)) as [Belief, Belief];
    expectClose(far.means, times(3, near.means), 7);
    expectClose(far.variances, times(9, near.variances), 7);
  }
  expectClose(wide.measured.means, times(3, unit.measured.means), 7);
  expectClose(wide.measured.variances, times(9, unit.measured.variances), 7);
  expectClose(wide.looRows.errors, times(3, unit.looRows.errors), 7);
  expectClose(wide.looRows.variances, times(9, unit.looRows.variances), 7);
  expect(wide.looDensity).toBeCloseTo(unit.looDensity - Math.log(3), 7);
  expect(wide.looSkill).toBeCloseTo(unit.looSkill, 9);
  const [far, near] = [wide, unit].map((member) => member.joint([1, 2], places.subarray(0, 6))) as [
    JointBelief,
    JointBelief,
  ];
  expectClose(far.means, times(3, near.means), 7);
  expectClose(far.covariance, times(9, near.covariance), 7);
  expect(far.noise).toBeCloseTo(9 * near.noise, 12);
});

test("pooled replicates give what the readings one by one give", () => {
  const { inputs, values } = drawReadings(9, 20, 8);
  const pooled = poolReplicates(inputs, values, 3);
  expect(pooled.count).toBe(8);
  const [one, other] = [pooled, unpooled(inputs, values, 3)].map((own) =>
    memberOf(own, lengthscales, 0.05).predict(places),
  );
  expectClose(one!.means, other!.means, 6);
  expectClose(one!.variances, other!.variances, 6);
});

test("designs that are the same to rounding are conditioned on all the same", () => {
  const twins = unpooled([Float64Array.of(0.3), Float64Array.of(0.3)], [1, 2], 1);
  expect(memberOf(twins, [1], 0).predict(Float64Array.of(0.3)).means[0]).toBeCloseTo(1.5, 4);
});

test("pooling does not depend on the order of the readings", () => {
  const { inputs, values } = drawReadings(5, 20, 8);
  expect(poolReplicates(inputs.toReversed(), values.toReversed(), 3)).toEqual(poolReplicates(inputs, values, 3));
});

function times(factor: number, values: Float64Array): Float64Array {
  return values.map((value) => factor * value);
}
