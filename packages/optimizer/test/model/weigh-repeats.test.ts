import { expect, test } from "vitest";
import { openKernel } from "../../src/kernel/open-kernel.ts";
import { fitMember } from "../../src/model/fit-member.ts";
import { thinReadings } from "../../src/model/thin-readings.ts";
import { weighRepeats } from "../../src/model/weigh-repeats.ts";
import { createRandom } from "../../src/random/create-random.ts";
import { poolReplicates } from "../../src/model/pool-replicates.ts";

/** Twelve designs along a line, each read `repeats` times with the noise that `spreadOf` says. */
function drawReadings(seed: number, repeats: number, spreadOf: (design: number) => number) {
  const random = createRandom(seed);
  const designs = Array.from({ length: 12 }, (_, i) => i).flatMap((i) => Array.from({ length: repeats }, () => i));
  const features = designs.map((i) => Float64Array.of(i / 11));
  const values = designs.map((i) => Math.sin(i / 3) + spreadOf(i) * random.normal());
  return { features, values, groups: Int32Array.of(0) };
}

const pooled = ({ features, values }: ReturnType<typeof drawReadings>) => poolReplicates(features, values, 1);

test("noise that is the same everywhere is pooled as before, but for one time in a thousand", () => {
  for (const repeats of [2, 3, 6]) {
    const differing = Array.from({ length: 1000 }, (_, seed) => pooled(drawReadings(seed, repeats, () => 0.3))).filter(
      (readings) => weighRepeats(readings) !== readings,
    );
    expect(differing.length).toBeLessThanOrEqual(5);
  }
});

test("where one design scatters ten times as much as the others, its repeats count less and theirs more", () => {
  const readings = pooled(drawReadings(1, 4, (i) => (i === 5 ? 1 : 0.1)));
  const weighed = weighRepeats(readings);
  expect(weighed.replicates[5]).toBeLessThan(0.6 * (readings.replicates[5] as number));
  for (const row of [0, 3, 8, 11]) expect(weighed.replicates[row]).toBeGreaterThan(readings.replicates[row] as number);
  expect(weighed.readings).toBe(readings.readings);
  // Drawn towards the scatter of all, which counts as two degrees of freedom more.
  const ratio = (readings.scatters[5] as number) / 3 / (readings.scatter / 36);
  expect(weighed.replicates[5]).toBeCloseTo((4 * 5) / (2 + 3 * ratio), 12);
});

test("a part of weighed readings has as many readings as its designs were read, which is what their scatter is judged by", () => {
  const readings = pooled(drawReadings(1, 4, (i) => (i === 5 ? 1 : 0.1)));
  const part = thinReadings(weighRepeats(readings), 8);
  expect([part.count, part.readings]).toEqual([8, 32]);
  expect(part.scatter).not.toBe(thinReadings(readings, 8).scatter);
});

test("a noisy design is believed less than quiet ones, by more than pooled noise says", () => {
  const evidence = drawReadings(2, 4, (i) => (i === 5 ? 1 : 0.05));
  const spreadOf = (row: number) => {
    const member = fitMember(openKernel(), evidence, "matern-5/2", "identity");
    return Math.sqrt(member?.measured.variances[row] as number);
  };
  expect(spreadOf(5)).toBeGreaterThan(1.5 * spreadOf(4));
});

test("repeats that agree to the last digit do not rule the others out", () => {
  const { features, values, groups } = drawReadings(3, 2, () => 0.2);
  const rounded = values.map((value) => Math.round(value * 5) / 5);
  const readings = poolReplicates(features, rounded, groups.length);
  expect([...weighRepeats(readings).replicates].every((own) => own > 0.5 && own < 5)).toBe(true);
});

test("without repeats, or with one repeated design, nothing is weighed", () => {
  const single = pooled(drawReadings(4, 1, () => 0.2));
  expect(weighRepeats(single)).toBe(single);
  const { features, values } = drawReadings(5, 1, () => 0.2);
  const one = poolReplicates([...features, features[0] as Float64Array], [...values, 3], 1);
  expect(weighRepeats(one)).toBe(one);
});
