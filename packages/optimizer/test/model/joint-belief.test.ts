import { expect, test } from "vitest";
import { openKernel } from "../../src/kernel/open-kernel.ts";
import { fitMember } from "../../src/model/fit-member.ts";
import { createRandom } from "../../src/random/create-random.ts";
import { textbookProcess } from "../support/textbook-process.ts";

const random = createRandom(12);
const features = Array.from({ length: 9 }, () => Float64Array.of(random.uniform(), random.uniform()));
const [first, second] = features as [Float64Array, Float64Array];
/** The first design twice and the second three times. */
const read = [...features, first, second, second];
const values = read.map(([x = 0, y = 0]) => Math.sin(5 * x) + y + 0.2 * random.normal());
const member = fitMember(
  openKernel(),
  { features: read, groups: Int32Array.of(0, 1), values },
  "matern-5/2",
  "identity",
)!;
const places = Float64Array.from({ length: 10 }, () => random.uniform());

test("designs believed together are each believed as alone", () => {
  const rows = [0, 3, 4, 8];
  const { means, covariance } = member.joint(rows, places);
  const alone = member.predict(places);
  rows.forEach((row, i) => {
    expect(means[i]).toBe(member.measured.means[row]);
    expect(covariance[i * 10]).toBe(member.measured.variances[row]);
  });
  for (let i = 0; i < 5; i++) {
    expect(means[4 + i]).toBe(alone.means[i]);
    expect(Math.abs(covariance[(4 + i) * 10]! - alone.variances[i]!)).toBeLessThan(1e-12);
  }
  covariance.forEach((entry, at) => expect(entry).toBe(covariance[(at % 9) * 9 + Math.floor(at / 9)]));
});

test("a measured design goes together with others as its reading less its noise does", () => {
  const { readings, theta } = member;
  const noise = theta.noiseShare * theta.roughness;
  const own = theta.roughness - noise;
  const truth = textbookProcess(
    {
      features: readings.inputs,
      groups: Int32Array.of(0, 1),
      values: readings.means,
      noiseWeights: readings.replicates.map((repeats) => theta.noiseShare / repeats + 1 - theta.noiseShare),
      knownVariances: new Float64Array(readings.count),
      family: "matern-5/2",
    },
    {
      lengthscales: theta.lengthscales,
      variance: theta.variance,
      noise: theta.roughness,
      jitter: theta.variance * 1e-9,
    },
  );
  const rows = Array.from({ length: readings.count }, (_, row) => row);
  const { covariance } = member.joint(rows, places);
  const count = rows.length + 5;
  const quiet = readings.replicates.map((repeats) => noise / repeats);
  const placeAt = (row: number) => readings.inputs.subarray(2 * row, 2 * row + 2);
  for (const i of rows) {
    for (const j of rows) {
      if (i === j) continue;
      const expected = -quiet[i]! * quiet[j]! * truth.inverse[i]![j]!;
      expect(Math.abs(covariance[i * count + j]! - expected)).toBeLessThan(1e-9);
    }
    for (let b = 0; b < 5; b++) {
      // Cov(f, e | y) is Cov(f, f' | y) at the design over its whole noise, times its own.
      const surface = truth.covarianceOf(placeAt(i), places.subarray(2 * b, 2 * b + 2));
      const expected = (surface * quiet[i]!) / (own + quiet[i]!);
      expect(Math.abs(covariance[i * count + rows.length + b]! - expected)).toBeLessThan(1e-9);
    }
  }
});
