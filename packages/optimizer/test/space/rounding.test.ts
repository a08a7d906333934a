import fc from "fast-check";
import { expect, test } from "vitest";
import { createRandom } from "../../src/random/create-random.ts";
import { spaceOf } from "../support/open-study.ts";

const part = (name: string, step?: number, max = 1) => ({
  kind: "continuous",
  name,
  min: 0,
  max,
  ...(step === undefined ? {} : { step }),
});
/** As a person would compare designs. */
const told = (design: Record<string, unknown>) => Object.values(design).map((value) => (value as number).toFixed(9));

test.each([
  ["a part in steps and one that takes the rest", 11, [part("a"), part("b", 0.1)], { kind: "mixture", of: ["a", "b"] }],
  [
    "two solutes in steps of 5 % and a solvent",
    25,
    [part("salt", 5, 20), part("sugar", 5, 20), { kind: "continuous", name: "water", min: 60, max: 100 }],
    { kind: "mixture", of: ["salt", "sugar", "water"], total: 100 },
  ],
  [
    "a whole number and what an equality leaves",
    11,
    [part("a"), { kind: "integer", name: "n", min: 0, max: 10 }],
    { kind: "linear", terms: { a: 3, n: 0.3 }, min: 3, max: 3 },
  ],
  [
    "one of three pure parts",
    3,
    [part("a"), part("b"), part("c")],
    { kind: "mixture", of: ["a", "b", "c"], atMost: 1 },
  ],
])("%s: there are %d designs and no others that only rounding tells apart", (_, count, parameters, constraint) => {
  const space = spaceOf({ parameters, constraints: [constraint] });
  const designs = space.candidates(300, createRandom(1));
  const near = designs.flatMap((design) => space.neighbours(design, 0.1, 20, createRandom(2)));
  expect(new Set([...designs, ...near].map((design) => space.key(design))).size).toBe(count);
  expect(new Set([...designs, ...near].map((design) => told(design).join())).size).toBe(count);
});

test("what a sum leaves for a part without steps is written as briefly as the sum allows, and makes the sum", () => {
  const steps = fc.array(fc.constantFrom(0.05, 0.1, 0.25, undefined), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(steps, fc.constantFrom(1, 100), fc.nat(1000), (sizes, total, seed) => {
      const scaled = sizes.map((size) => (size === undefined ? undefined : size * total));
      const names = ["rest", ...sizes.map((_size, i) => `x${i}`)];
      const space = spaceOf({
        parameters: [part("rest", undefined, total), ...scaled.map((size, i) => part(`x${i}`, size, total))],
        constraints: [{ kind: "mixture", of: names, total }],
      });
      const designs = space.candidates(60, createRandom(seed));
      const near = designs.slice(0, 5).flatMap((design) => space.neighbours(design, 0.1, 10, createRandom(seed)));
      for (const design of [...designs, ...near]) {
        const values = names.map((name) => design[name] as number);
        for (const value of values) expect(String(value).length).toBeLessThanOrEqual(8);
        expect(Math.abs(values.reduce((sum, value) => sum + value, 0) - total)).toBeLessThanOrEqual(1e-9 * total);
        expect(space.check(design)).toEqual([]);
      }
      expect(new Set(designs.map((design) => told(design).join())).size).toBe(designs.length);
    }),
    { numRuns: 40 },
  );
});

test("dust is no part: what rounding leaves of a part counts as none of it", () => {
  const space = spaceOf({
    parameters: [part("a"), part("b", 0.1), part("c", 0.1)],
    constraints: [
      { kind: "mixture", of: ["a", "b", "c"] },
      { kind: "cardinality", of: ["a", "b", "c"], atLeast: 3 },
    ],
  });
  expect(space.check({ a: 5e-17, b: 0.3, c: 0.7 })).toMatchObject([{ code: "design.cardinality" }]);
  const designs = space.candidates(300, createRandom(1));
  expect(designs.length).toBe(36);
  for (const { a } of designs) expect(a).toBeGreaterThan(0.09);
  const least = spaceOf({
    parameters: [part("a"), part("b")],
    constraints: [{ kind: "cardinality", of: ["a", "b"], atMost: 1 }],
  });
  expect(least.isFeasible({ a: 5e-17, b: 0.3 })).toBe(true);
  expect(least.isFeasible({ a: 1e-6, b: 0.3 })).toBe(false);
});

test("a design that comes back with dust is the same design; in a list what is listed is different, however near", () => {
  const parameters = [part("a"), part("b", 0.1)];
  const space = spaceOf({ parameters, constraints: [{ kind: "mixture", of: ["a", "b"] }] });
  expect(space.key({ a: 0.5000000000000006, b: 0.5 })).toBe(space.key({ a: 0.5, b: 0.5 }));
  const doses = [1e-12, 2e-12, 1].map((a) => ({ a, b: 0.5 }));
  const listed = spaceOf({ parameters, candidates: doses });
  expect(listed.candidates(3, createRandom(1))).toEqual(doses);
  expect(new Set(doses.map((dose) => listed.key(dose))).size).toBe(3);
});
