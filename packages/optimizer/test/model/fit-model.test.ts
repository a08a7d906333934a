import fc from "fast-check";
import { expect, test } from "vitest";
import type { KernelFamily } from "../../src/kernel/kernel-types.ts";
import { openKernel } from "../../src/kernel/open-kernel.ts";
import { fitMember } from "../../src/model/fit-member.ts";
import type { Member } from "../../src/model/member.ts";
import { fitModel } from "../../src/model/fit-model.ts";
import { fitTheta } from "../../src/model/fit-theta.ts";
import { warpInputs } from "../../src/model/warp-inputs.ts";
import { createRandom } from "../../src/random/create-random.ts";
import { drawEvidence, surface } from "../support/draw-evidence.ts";

function bits(model: ReturnType<typeof fitModel>) {
  return model?.members.map(({ theta, looDensity, measured }) => [
    [...theta.lengthscales],
    theta.roughness,
    theta.noiseShare,
    looDensity,
    [...measured.means],
  ]);
}

test("the same readings in another order give the same bits", () => {
  const evidence = drawEvidence(1, 20);
  const turned = { ...evidence, features: evidence.features.toReversed(), values: evidence.values.toReversed() };
  expect(bits(fitModel(turned))).toEqual(bits(fitModel(evidence)));
});

test("a smooth surface is predicted where it was not measured", () => {
  const model = fitModel(drawEvidence(2, 30, 0.01));
  expect(model?.skill).toBeGreaterThan(0.9);
  const random = createRandom(3);
  for (let i = 0; i < 20; i++) {
    const x = Float64Array.of(0.1 + 0.8 * random.uniform(), 0.1 + 0.8 * random.uniform());
    model?.members.forEach((member) => {
      const { means, variances } = member.predict(x);
      const restored = member.restore(means[0] as number);
      expect(Math.abs(restored - surface(x))).toBeLessThan(0.1);
      expect(variances[0]).toBeGreaterThan(0);
    });
  }
});

test("pure noise has no skill", () => {
  const random = createRandom(4);
  const evidence = drawEvidence(5, 40);
  const model = fitModel({ ...evidence, values: evidence.values.map(() => random.normal()) });
  expect(model?.skill).toBeLessThan(0.3);
});

test("leave-one-out in closed form is what refitting without the reading predicts, hyperparameters held", () => {
  const evidence = drawEvidence(6, 12);
  const member = fitMember(openKernel(), evidence, "matern-5/2", "identity") as Member;
  const { theta, readings } = member;
  let density = 0;
  for (let left = 0; left < readings.count; left++) {
    const rows = [...readings.means.keys()].filter((row) => row !== left);
    const kernel = openKernel();
    kernel.load({
      features: Float64Array.from(rows.flatMap((row) => [...readings.inputs.subarray(2 * row, 2 * row + 2)])),
      groups: evidence.groups,
      values: Float64Array.from(rows, (row) => readings.means[row] as number),
      noiseWeights: new Float64Array(rows.length).fill(1),
      knownVariances: new Float64Array(rows.length),
      family: "matern-5/2",
    });
    kernel.factor({ lengthscales: theta.lengthscales, noise: theta.roughness, jitter: 1e-9 });
    const mean = new Float64Array(1);
    const variance = new Float64Array(1);
    kernel.predict(readings.inputs.slice(2 * left, 2 * left + 2), mean, variance);
    // The closed form carries the uncertainty of the constant mean, this one does not: they agree to what that is worth.
    const spread = (variance[0] as number) + theta.roughness;
    const error = (readings.means[left] as number) - (mean[0] as number);
    density -= 0.5 * (Math.log(2 * Math.PI * spread) + (error * error) / spread);
  }
  expect(member.looDensity).toBeCloseTo(density / readings.count, 1);
});

test("repeats that agree tell that roughness belongs to the designs, repeats that do not that it is noise", () => {
  const random = createRandom(7);
  const places = Array.from({ length: 12 }, () => Float64Array.of(random.uniform(), random.uniform()));
  const rough = places.map(() => random.normal());
  const twice = [...places, ...places];
  const agreeing = fitMember(
    openKernel(),
    { features: twice, groups: Int32Array.of(0, 1), values: [...rough, ...rough.map((value) => value + 1e-3)] },
    "matern-5/2",
    "identity",
  ) as Member;
  const differing = fitMember(
    openKernel(),
    { features: twice, groups: Int32Array.of(0, 1), values: twice.map(() => random.normal()) },
    "matern-5/2",
    "identity",
  ) as Member;
  expect(agreeing.theta.noiseShare).toBeLessThan(0.25);
  expect(differing.theta.noiseShare).toBeGreaterThan(0.5);
});

test("no finite readings make it fail: duplicates, constants, extreme scales, one or two readings", () => {
  const value = fc.oneof(
    fc.constantFrom(0, 1, -1, 1e12, -1e12, 1e-12),
    fc.double({ min: -1e12, max: 1e12, noNaN: true }),
  );
  const reading = fc.tuple(fc.constantFrom(0, 0.5, 1), fc.constantFrom(0, 0.25, 1), value);
  fc.assert(
    fc.property(fc.array(reading, { minLength: 1, maxLength: 12 }), (rows) => {
      const model = fitModel({
        features: rows.map(([a, b]) => Float64Array.of(a, b)),
        groups: Int32Array.of(0, 1),
        values: rows.map(([, , y]) => y),
      });
      expect(model?.members.length).toBeGreaterThan(0);
      for (const { measured } of model?.members ?? []) {
        expect([...measured.means, ...measured.variances].every(Number.isFinite)).toBe(true);
      }
      expect(model?.weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12);
    }),
    { numRuns: 40 },
  );
});

test("hyperparameters of many readings come from a part of them, the leaders among it", () => {
  const evidence = drawEvidence(8, 400, 0.02);
  const model = fitModel(evidence);
  expect(model?.members[0]?.readings.count).toBe(400);
  expect(model?.skill).toBeGreaterThan(0.9);
});

test("structure too fine for a part of the readings to show is found by all of them", () => {
  const random = createRandom(9);
  const features = Array.from({ length: 200 }, () => Float64Array.of(random.uniform(), random.uniform()));
  const values = features.map(([a, b]) => Math.sin(20 * (a as number)) * Math.cos(19 * (b as number)));
  const fit = (count: number) =>
    fitMember(
      openKernel(),
      { features: features.slice(0, count), groups: Int32Array.of(0, 1), values: values.slice(0, count) },
      "matern-5/2",
      "identity",
    );
  expect(fit(48)?.looSkill).toBeLessThan(0.2);
  expect(fit(200)?.looSkill).toBeGreaterThan(0.8);
});

/** Readings at random places of a cube. */
function scatter(seed: number, count: number, dimensions: number, read: (x: Float64Array, noise: number) => number) {
  const random = createRandom(seed);
  const features = Array.from({ length: count }, () =>
    Float64Array.from({ length: dimensions }, () => random.uniform()),
  );
  const groups = Int32Array.from({ length: dimensions }, (_, k) => k);
  return { features, groups, values: features.map((x) => read(x, random.normal())) };
}

test.each([
  ["along one parameter of three", 3, 60, (x: Float64Array) => Math.sin(20 * (x[0] ?? 0)) + (x[1] ?? 0) * (x[2] ?? 0)],
  ["along one parameter alone", 1, 40, (x: Float64Array) => Math.sin(60 * (x[0] ?? 0))],
  ["along both of two", 2, 120, (x: Float64Array) => Math.sin(16 * (x[0] ?? 0)) * Math.cos(15 * (x[1] ?? 0))],
] as const)("a ripple %s is not taken for noise", (_, dimensions, count, surface) => {
  for (const seed of [1, 2, 3]) {
    const model = fitModel(scatter(seed, count, dimensions, (x, noise) => surface(x) + 0.02 * noise));
    expect(model?.skill).toBeGreaterThan(0.6);
  }
});

test("of many readings one process is left, fitted to more of them than it was told from the others by", () => {
  const evidence = scatter(5, 190, 4, (x, noise) => Math.sin(7 * (x[0] ?? 0)) + (x[1] ?? 0) ** 2 + 0.1 * noise);
  const [own, ...others] = fitModel(evidence)?.members ?? [];
  expect(others).toEqual([]);
  const { family, theta, readings, warps } = own as Member;
  const all = { ...readings, inputs: warpInputs(readings.inputs, warps) };
  const again = fitTheta(openKernel(), all, evidence.groups, family as KernelFamily, { from: theta });
  expect((again.logPosterior ?? 0) - (theta.logPosterior ?? 0)).toBeLessThan(0.01);
});
