import fc from "fast-check";
import { expect, test } from "vitest";
import { brokenRules, lookBack } from "../src/decide/westgard.ts";

/** In standard deviations, limits among them. */
const deviation = fc.oneof(
  fc.double({ min: -5, max: 5, noNaN: true }),
  fc.constantFrom(-3, -2, -1, 0, 1, 2, 3, 2.1, -2.1, 3.1, -3.1, 1.1, -1.1),
);
const series = fc.array(deviation, { minLength: 1, maxLength: 14 });
const steady = (value: number, length: number) => Array.from({ length }, () => value);

test.each([
  ["nothing in its place", [0.4], []],
  ["a value on a limit", [2], []],
  ["1-2s", [2.1], ["1-2s"]],
  ["1-3s", [-3.1], ["1-2s", "1-3s"]],
  ["2-2s", [2.1, 2.2], ["1-2s", "2-2s"]],
  ["2-2s not on both sides, but R-4s", [2.1, -2.2], ["1-2s", "R-4s"]],
  ["4-1s", [1.1, 1.2, 1.1, 1.5], ["4-1s"]],
  ["4-1s broken by one on the limit", [1.1, 1, 1.1, 1.5], []],
  ["10-x", steady(-0.1, 10), ["10-x"]],
  ["nine are not ten", steady(-0.1, 9), []],
  ["one on its target lies on no side", [...steady(0.1, 5), 0, ...steady(0.1, 4)], []],
])("Westgard's examples: %s", (_, values, rules) => {
  expect(brokenRules(values)).toEqual(rules);
});

test("a chart that is turned upside down breaks the same rules", () => {
  fc.assert(
    fc.property(series, (all) => {
      expect(brokenRules(all.map((each) => -each))).toEqual(brokenRules(all));
    }),
  );
});

test("what lies further back than the rules look changes nothing, so a bounded memory is enough", () => {
  fc.assert(
    fc.property(series, series, (old, all) => {
      expect(brokenRules([...old, ...all].slice(-(lookBack + 1)))).toEqual(brokenRules([...old, ...all]));
    }),
  );
});

test("every rejection shows in the values: none within one deviation on both sides, and a warning wherever one is far off", () => {
  fc.assert(
    fc.property(series, (all) => {
      const [broken, newest] = [brokenRules(all), all.at(-1)!];
      expect(broken.includes("1-2s")).toBe(Math.abs(newest) > 2);
      for (const rule of ["1-3s", "2-2s", "R-4s"])
        if (broken.includes(rule as "1-3s")) expect(broken).toContain("1-2s");
      if (broken.includes("4-1s")) expect(Math.abs(newest)).toBeGreaterThan(1);
      // Two rules that exclude each other.
      expect(broken.includes("2-2s") && broken.includes("R-4s")).toBe(false);
    }),
  );
});

test("moving the newest value further out on its side never mends a rule", () => {
  fc.assert(
    fc.property(series, fc.double({ min: 1, max: 3, noNaN: true }), (all, factor) => {
      const further = [...all.slice(0, -1), all.at(-1)! * factor];
      expect(brokenRules(further)).toEqual(expect.arrayContaining(brokenRules(all)));
    }),
  );
});
