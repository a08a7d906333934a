import fc from "fast-check";
import { expect, test } from "vitest";
import type { KernelData, KernelFamily } from "../../src/kernel/kernel-types.ts";
import { openKernel } from "../../src/kernel/open-kernel.ts";
import { drawKernelData } from "../support/draw-kernel-data.ts";

const { data, theta, places } = drawKernelData(5, 2, 2, "matern-5/2", 0.1, 4);

function with1<K extends keyof KernelData>(name: K, index: number, value: number): KernelData {
  const array = (data[name] as Float64Array).slice();
  array[index] = value;
  return { ...data, [name]: array };
}

test.each([
  ["feature 1 of row 3 is NaN", with1("features", 7, Number.NaN)],
  ["feature 0 of row 0 is Infinity", with1("features", 0, Number.POSITIVE_INFINITY)],
  ["the value of row 4 is -Infinity", with1("values", 4, Number.NEGATIVE_INFINITY)],
  ["the noise weight of row 2 is NaN", with1("noiseWeights", 2, Number.NaN)],
  ["the noise weight of row 2 is negative: -1", with1("noiseWeights", 2, -1)],
  ["the known variance of row 1 is NaN", with1("knownVariances", 1, Number.NaN)],
  ["groups must be numbered from 0 without gaps; 0 is missing", { ...data, groups: Int32Array.of(1, 1) }],
  ["features must have 10 entries and has 9", { ...data, features: data.features.subarray(1) }],
  ["there must be at least one row", { ...data, values: new Float64Array(0) }],
])("data are refused by name: %s", (message, bad) => {
  expect(() => openKernel().load(bad)).toThrow(new RangeError(message));
});

test("places, appended rows and hyperparameters that are not numbers are refused by name", () => {
  const kernel = openKernel();
  kernel.load(data);
  kernel.factor(theta);
  const bad = places.slice();
  bad[5] = Number.NaN;
  const room = new Float64Array(4);
  expect(() => kernel.predict(bad, room, room)).toThrow(new RangeError("feature 1 of row 2 is NaN"));
  expect(() => kernel.predict(places, room, new Float64Array(3))).toThrow(RangeError);
  const row = { features: [0, Number.NaN], value: 0, noiseVariance: 0 };
  expect(() => kernel.appendRow(row)).toThrow(new RangeError("feature 1 of row 5 is NaN"));
  expect(() => kernel.appendRow({ ...row, features: [0, 0], noiseVariance: -1 })).toThrow(RangeError);
  expect(() => kernel.evaluate({ ...theta, noise: Number.NaN }, { slopes: true })).toThrow("the noise is NaN");
  expect(() => kernel.factor({ ...theta, lengthscales: [1, 0] })).toThrow("lengthscale 1 must be greater than 0");
});

test("a call before what it needs is an error that says so", () => {
  const kernel = openKernel();
  expect(() => kernel.rows()).toThrow("call load first");
  kernel.load(data);
  expect(() => kernel.alpha()).toThrow("call factor first");
  kernel.factor(theta);
  kernel.load(data);
  expect(() => kernel.predict(places, new Float64Array(4), new Float64Array(4))).toThrow("call factor first");
  kernel.factor(theta);
  kernel.evaluate(theta, { slopes: false });
  expect(() => kernel.predict(places, new Float64Array(4), new Float64Array(4))).toThrow("call factor first");
});

test("equal inputs with noise work, without noise they are not positive definite and say so", () => {
  const kernel = openKernel();
  const twins = { ...data, features: new Float64Array(10).fill(0.4), knownVariances: new Float64Array(5) };
  kernel.load(twins);
  expect(kernel.evaluate({ ...theta, noise: 0 }, { slopes: true })).toBeNull();
  expect(kernel.factor({ ...theta, noise: 0 })).toBeNull();
  expect(() => kernel.mean()).toThrow("call factor first");
  expect(kernel.factor({ ...theta, noise: 0, jitter: 1e-6 })).not.toBeNull();
  expect(kernel.factor({ ...theta, noise: 1e-4 })).not.toBeNull();
});

test("no finite data make any function throw, and what is returned is finite", () => {
  const size = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.constantFrom(0, 1e-300, 1e300, -1e300, 1e-12, 1e12, 0.5),
  );
  const positive = size.map(Math.abs);
  const drawn = fc.record({ n: fc.integer({ min: 1, max: 6 }), f: fc.integer({ min: 1, max: 3 }) }).chain(({ n, f }) =>
    fc.record({
      features: fc.array(size, { minLength: n * f, maxLength: n * f }),
      values: fc.array(size, { minLength: n, maxLength: n }),
      weights: fc.array(positive, { minLength: n, maxLength: n }),
      known: fc.array(positive, { minLength: n, maxLength: n }),
      lengths: fc.array(
        positive.map((l) => l || 1),
        { minLength: f, maxLength: f },
      ),
      noise: positive,
      family: fc.constantFrom<KernelFamily>("matern-5/2", "rbf"),
    }),
  );
  const kernel = openKernel();
  fc.assert(
    fc.property(drawn, ({ features, values, weights, known, lengths, noise, family }) => {
      kernel.load({
        features: Float64Array.from(features),
        groups: Int32Array.from(lengths.keys()),
        values: Float64Array.from(values),
        noiseWeights: Float64Array.from(weights),
        knownVariances: Float64Array.from(known),
        family,
      });
      const found = kernel.evaluate({ lengthscales: lengths, noise }, { slopes: true });
      for (const number of found === null ? [] : [found.mean, found.quadratic, ...found.traceSlopes]) {
        expect(Number.isFinite(number)).toBe(true);
      }
      if (kernel.factor({ lengthscales: lengths, noise }) === null) return;
      const [mean, variance] = [new Float64Array(values.length), new Float64Array(values.length)];
      kernel.predict(Float64Array.from(features), mean, variance);
      kernel.appendRow({ features: features.slice(0, lengths.length), value: 1, noiseVariance: 1 });
      kernel.predict(Float64Array.from(features), mean, variance);
      for (const number of variance) expect(number).toBeGreaterThanOrEqual(1e-14);
      for (const number of mean) expect(Number.isFinite(number)).toBe(true);
    }),
    { seed: 3, numRuns: 500 },
  );
});
