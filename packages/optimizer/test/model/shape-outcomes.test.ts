import fc from "fast-check";
import { expect, test } from "vitest";
import { shapeOutcomes } from "../../src/model/shape-outcomes.ts";
import { exp } from "../../src/special-functions/exp.ts";

const shapes = ["identity", "yeo-johnson", "box-cox"] as const;
const readings = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 40 });

test("a shaped reading comes back in the unit of the readings, for every shape that applies", () => {
  fc.assert(
    fc.property(readings, fc.constantFrom(...shapes), (values, shape) => {
      const shaped = shapeOutcomes(values, shape);
      const largest = Math.max(...values.map(Math.abs), 1e-300);
      shaped?.values.forEach((value, i) => {
        expect(Math.abs(shaped.restore(value) - (values[i] as number)) / largest).toBeLessThan(1e-6);
      });
    }),
  );
});

test("a value that was not read is shaped as those that were, and comes back", () => {
  fc.assert(
    fc.property(
      readings,
      fc.constantFrom(...shapes),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (values, shape, share) => {
        const shaped = shapeOutcomes(values, shape);
        if (shaped === null) return;
        values.forEach((value, i) => expect(shaped.place(value)).toBeCloseTo(shaped.values[i] as number, 6));
        const between = Math.min(...values) + share * (Math.max(...values) - Math.min(...values));
        const largest = Math.max(...values.map(Math.abs), 1e-300);
        expect(Math.abs(shaped.restore(shaped.place(between)) - between) / largest).toBeLessThan(1e-6);
      },
    ),
  );
});

test("what no bend of positive readings reaches lies below all of them, and the other way round", () => {
  expect(shapeOutcomes([1, 2, 4, 9], "box-cox")?.place(-1)).toBe(Number.NEGATIVE_INFINITY);
  expect(shapeOutcomes([-1, -2, -4, -9], "box-cox")?.place(0)).toBe(Number.POSITIVE_INFINITY);
});

test("no shape turns two readings round", () => {
  fc.assert(
    fc.property(readings, fc.constantFrom(...shapes), (values, shape) => {
      const shaped = shapeOutcomes(values, shape);
      if (shaped === null) return;
      const order = values.map((_, i) => i).sort((a, b) => (values[a] as number) - (values[b] as number));
      order.slice(1).forEach((index, i) => {
        expect(shaped.values[index]).toBeGreaterThanOrEqual((shaped.values[order[i] as number] as number) - 1e-9);
      });
    }),
  );
});

test("readings that are lognormal are taken as such, positive or negative", () => {
  const logs = Array.from({ length: 40 }, (_, i) => (i - 20) / 8);
  const exponent = shapeOutcomes(logs.map(exp), "box-cox")?.exponent ?? 9;
  expect(Math.abs(exponent)).toBeLessThan(0.15);
  expect(
    shapeOutcomes(
      logs.map((value) => -exp(value)),
      "box-cox",
    )?.exponent,
  ).toBeCloseTo(exponent, 12);
});

test("Box–Cox does not apply to readings of both signs or with a zero, and no bend to three readings", () => {
  expect(shapeOutcomes([1, 2, -3, 4, 5], "box-cox")).toBeNull();
  expect(shapeOutcomes([1, 2, 0, 4, 5], "box-cox")).toBeNull();
  expect(shapeOutcomes([1, 2, 3], "yeo-johnson")).toBeNull();
});
