import { expect, test } from "vitest";
import { openKernel } from "../../src/kernel/open-kernel.ts";
import { fitMember } from "../../src/model/fit-member.ts";
import type { Member } from "../../src/model/member.ts";
import { poolReplicates } from "../../src/model/pool-replicates.ts";
import { drawEvidence, surface } from "../support/draw-evidence.ts";

const member = (evidence: Parameters<typeof fitMember>[1]) =>
  fitMember(openKernel(), evidence, "matern-5/2", "identity") as Member;

test("a reading that reports a large uncertainty moves the surface less than its neighbours, and less than if it had not", () => {
  const clean = drawEvidence(1, 25, 0.01);
  const wrong = 7;
  const values = clean.values.map((value, i) => (i === wrong ? value + 1.5 : value));
  const uncertainties = values.map((_, i) => (i === wrong ? 1.5 : 0.01));
  const place = clean.features[wrong] as Float64Array;
  const missed = (own: Member) => Math.abs(own.restore(own.predict(place).means[0] as number) - surface(place));
  const silent = missed(member({ ...clean, values }));
  const reported = missed(member({ ...clean, values, uncertainties }));
  expect(silent).toBeGreaterThan(0.2);
  expect(reported).toBeLessThan(0.1);
});

test("what is believed of a measured design follows the uncertainties reported there", () => {
  const { features, groups, values } = drawEvidence(2, 12, 0.05);
  const uncertainties = values.map((_, i) => (i % 2 === 0 ? 0.3 : 0.001));
  const { measured, readings } = member({ features, groups, values, uncertainties });
  const rowOf = (x: Float64Array) =>
    [...readings.means.keys()].find(
      (row) => readings.inputs[2 * row] === x[0] && readings.inputs[2 * row + 1] === x[1],
    );
  const spread = (parity: number) =>
    features.reduce(
      (sum, x, i) => sum + (i % 2 === parity ? (measured.variances[rowOf(x) as number] as number) : 0),
      0,
    );
  expect(spread(0)).toBeGreaterThan(5 * spread(1));
});

test("readings of one design are weighted by their uncertainties; where one reports none, the noise is learned", () => {
  const twice = [Float64Array.of(0.5), Float64Array.of(0.5)];
  const known = poolReplicates(twice, [1, 4], 1, [1, 0.5]);
  expect(known.means[0]).toBeCloseTo(3, 12);
  expect(known.knownVariances[0]).toBeCloseTo(1 / 3, 12);
  expect(known).toMatchObject({ count: 1, readings: 1, scatter: 0 });
  const mixed = poolReplicates(twice, [1, 4], 1, [1, 0]);
  expect(mixed).toMatchObject({ count: 1, readings: 2, scatter: 4.5 });
  expect(mixed.knownVariances[0]).toBe(0);
});

test("where the readings are bent, what is reported of them is bent by the slope there", () => {
  const drawn = drawEvidence(6, 12, 0.05);
  const values = drawn.values.map((value) => Math.exp(2 * value));
  const uncertainties = values.map(() => 0.02);
  const bent = fitMember(openKernel(), { ...drawn, values, uncertainties }, "matern-5/2", "box-cox") as Member;
  const { knownVariances, means } = bent.readings;
  means.forEach((mean, row) => {
    const value = bent.restore(mean);
    const spread = (bent.place(value + 1e-5) - bent.place(value - 1e-5)) * 1e3;
    expect(knownVariances[row]).toBeCloseTo(spread * spread, 6);
  });
  expect(Math.max(...knownVariances)).toBeGreaterThan(2 * Math.min(...knownVariances));
});

test("where every reading reports its uncertainty the next is expected to be as sure as these on average", () => {
  const drawn = drawEvidence(7, 8, 0.05);
  const uncertainties = drawn.values.map((_, i) => (i % 2 === 0 ? 0.1 : 0.3));
  const own = member({ ...drawn, uncertainties });
  const unit = own.place(1) - own.place(0);
  expect(own.joint([], Float64Array.of(0.5, 0.5)).noise).toBeCloseTo(0.05 * unit * unit, 9);
});

test("uncertainties from next to nothing to beyond all readings do not make it fail", () => {
  const evidence = drawEvidence(4, 6);
  for (const uncertainty of [1e-300, 1e-9, 1, 1e9, 1e300]) {
    const { means, variances } = member({
      ...evidence,
      features: [...evidence.features, evidence.features[0] as Float64Array],
      values: [...evidence.values, 3],
      uncertainties: [...evidence.values.map(() => uncertainty), uncertainty],
    }).measured;
    expect([...means, ...variances].every(Number.isFinite)).toBe(true);
  }
});
