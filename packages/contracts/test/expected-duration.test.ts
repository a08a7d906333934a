import * as fc from "fast-check";
import { expect, test } from "vitest";
import { expectedMs } from "../src/index.ts";

const stroke = {
  typicalMs: 180_000,
  maxMs: 1_800_000,
  byParams: { baseMs: 5_000, terms: [{ ms: 120_000, of: ["travel"], per: ["speed"] }] },
};
const travel = { value: 25, unit: "mm" };
const speed = { value: 30, unit: "mm/min" };

test("an expected duration follows from the parameters as declared, in their units", () => {
  expect(expectedMs(stroke, { travel, speed })).toBe(105_000);
  const steps = {
    typicalMs: 1,
    maxMs: 9_000,
    byParams: { baseMs: 10, terms: [{ ms: 20, of: ["count"] }, { ms: 0.5 }] },
  };
  expect(expectedMs(steps, { count: 3 })).toBe(71);
});

test("it is no longer than the deadline, and typical where there is no formula or no number for it", () => {
  expect(expectedMs(stroke, { travel, speed: { ...speed, value: 0.001 } })).toBe(1_800_000);
  for (const params of [
    {},
    { travel },
    { travel, speed: "fast" },
    { travel: { ...travel, value: 0 }, speed: { ...speed, value: 0 } },
  ]) {
    expect(expectedMs(stroke, params)).toBe(180_000);
  }
  expect(expectedMs({ typicalMs: 7, maxMs: 9 }, {})).toBe(7);
});

test("whatever is declared and ordered, it is a whole number of ms from 0 to the deadline", () => {
  const number = fc.double({ noNaN: false });
  const names = fc.array(fc.constantFrom("a", "b", "c"), { maxLength: 2 });
  const formula = fc.record({
    baseMs: fc.double({ min: 0, noNaN: true }),
    terms: fc.array(fc.record({ ms: number, of: names, per: names }), { minLength: 1, maxLength: 8 }),
  });
  const quantity = number.map((value) => ({ value, unit: "s" }));
  const params = fc.record({ a: quantity, b: fc.integer(), c: quantity }, { requiredKeys: ["a", "b"] });
  fc.assert(
    fc.property(formula, params, (byParams, given) => {
      const ms = expectedMs({ typicalMs: 50, maxMs: 1_000, byParams }, given);
      expect(Number.isSafeInteger(ms) && ms >= 0 && ms <= 1_000).toBe(true);
    }),
  );
});
