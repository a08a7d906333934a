import { expect, test } from "vitest";
import type { AppendedRow, Kernel, KernelData } from "../../src/kernel/kernel-types.ts";
import { openKernel } from "../../src/kernel/open-kernel.ts";
import { drawKernelData } from "../support/draw-kernel-data.ts";
import { textbookProcess } from "../support/textbook-process.ts";

const { data, theta, places } = drawKernelData(23, 3, 2, "matern-5/2", 0.03, 21);
const added: readonly AppendedRow[] = [0, 1, 2, 3, 4].map((b) => ({
  features: places.subarray(3 * b, 3 * b + 3),
  value: 0.3 * b - 0.5,
  noiseVariance: 0.02 + 0.01 * b,
}));

function factored(own: KernelData): Kernel {
  const kernel = openKernel();
  kernel.load(own);
  kernel.factor(theta);
  return kernel;
}

/** The data with the first `count` added rows among them. */
function grown(count: number): KernelData {
  const rows = added.slice(0, count);
  return {
    ...data,
    features: Float64Array.of(...data.features, ...rows.flatMap(({ features }) => Array.from(features))),
    values: Float64Array.of(...data.values, ...rows.map(({ value }) => value)),
    noiseWeights: Float64Array.of(...data.noiseWeights, ...rows.map(() => 0)),
    knownVariances: Float64Array.of(...data.knownVariances, ...rows.map(({ noiseVariance }) => noiseVariance)),
  };
}

function predictions(kernel: Kernel) {
  const [means, variances] = [new Float64Array(21), new Float64Array(21)];
  kernel.predict(places, means, variances);
  return { means, variances };
}

function expectClose(actual: Float64Array, reference: ArrayLike<number>): void {
  expect(actual.length).toBe(reference.length);
  actual.forEach((value, i) => expect(Math.abs(value - reference[i]!)).toBeLessThan(1e-10));
}

test.each([16, 2, 0])("appending rows one by one is loading them all, with room for %i", (room) => {
  const kernel = factored({ ...data, room });
  added.forEach((row, index) => {
    expect(kernel.appendRow(row)).toBe(true);
    const afresh = factored(grown(index + 1));
    expect(Math.abs(kernel.mean() - afresh.mean())).toBeLessThan(1e-10);
    expectClose(kernel.alpha(), afresh.alpha());
    expectClose(kernel.inverseDiagonal(), afresh.inverseDiagonal());
    expectClose(predictions(kernel).means, predictions(afresh).means);
    expectClose(predictions(kernel).variances, predictions(afresh).variances);
  });
  expect(kernel.rows()).toBe(28);
  expect(kernel.evaluate(theta, { slopes: true })).toEqual(factored(grown(5)).evaluate(theta, { slopes: true }));
});

test("an appended row bears the jitter that the others do", () => {
  const shaken = { ...theta, jitter: 0.01 };
  const [kernel, afresh] = [openKernel(), openKernel()];
  kernel.load(data);
  afresh.load(grown(1));
  kernel.factor(shaken);
  afresh.factor(shaken);
  expect(kernel.appendRow(added[0] as AppendedRow)).toBe(true);
  expectClose(kernel.inverseDiagonal(), afresh.inverseDiagonal());
});

test("a row appended with the mean kept conditions the process around that mean", () => {
  const kernel = factored(data);
  const mean = kernel.mean();
  for (const row of added) kernel.appendRow(row, { keepMean: true });
  expect(kernel.mean()).toBe(mean);
  const truth = textbookProcess(grown(5), theta, mean);
  predictions(kernel).means.forEach((found, b) => {
    expect(Math.abs(found - truth.meanAt(places.subarray(3 * b, 3 * b + 3)))).toBeLessThan(1e-10);
  });
});

test("a reading believed at its own mean moves no mean and raises no variance", () => {
  const kernel = factored(data);
  const before = predictions(kernel);
  kernel.appendRow({ features: places.subarray(0, 3), value: before.means[0]!, noiseVariance: 0.03 });
  const after = predictions(kernel);
  expectClose(after.means, before.means);
  after.variances.forEach((variance, b) => expect(variance).toBeLessThanOrEqual(before.variances[b]! + 1e-14));
  expect(after.variances[0]!).toBeLessThan(before.variances[0]!);
});

test("dropping appended rows restores the bits from before, even when memory was laid out anew", () => {
  for (const room of [16, 1]) {
    const kernel = factored({ ...data, room });
    const snapshot = () => [kernel.mean(), kernel.alpha(), kernel.inverseDiagonal(), predictions(kernel)];
    const loaded = snapshot();
    kernel.appendRow(added[0]!);
    const one = snapshot();
    kernel.appendRow(added[1]!, { keepMean: true });
    kernel.appendRow(added[2]!);
    kernel.dropRows(2);
    expect(snapshot()).toEqual(one);
    kernel.dropRows();
    expect(snapshot()).toEqual(loaded);
    expect(() => kernel.dropRows(1)).toThrow("0 are appended");
  }
});

test("a row that would make the covariance singular is refused and changes nothing", () => {
  const exact = { ...data, noiseWeights: new Float64Array(23), knownVariances: new Float64Array(23) };
  const kernel = factored(exact);
  kernel.appendRow({ features: places.subarray(0, 3), value: 1, noiseVariance: 0 });
  const before = [kernel.rows(), predictions(kernel)];
  let refused = 0;
  for (let repeat = 0; repeat < 5; repeat++) {
    if (!kernel.appendRow({ features: places.subarray(0, 3), value: 2, noiseVariance: 0 })) {
      refused++;
      expect([kernel.rows(), predictions(kernel)]).toEqual(before);
    } else kernel.dropRows(1);
  }
  expect(refused + kernel.rows()).toBeGreaterThanOrEqual(24);
});
