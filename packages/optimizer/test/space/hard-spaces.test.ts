import { expect, test } from "vitest";
import { createRandom } from "../../src/random/create-random.ts";
import { spaceOf } from "../support/open-study.ts";

const names = (count: number) => Array.from({ length: count }, (_, i) => `x${i + 1}`);
const box = (count: number, min: number, max: number) =>
  names(count).map((name) => ({ kind: "continuous", name, min, max }));
const spanOf = (values: readonly number[]) => Math.max(...values) - Math.min(...values);

const slabs = {
  "a sum between bounds near to each other": [
    { kind: "linear", terms: { x1: 1, x2: 2, x3: -1, x4: 0.5, x5: -3 }, min: 1, max: 1.000001 },
  ],
  "a difference with two bounds, written as two rules": [
    { kind: "linear", terms: { x1: 1, x2: -1 }, min: -1e-5 },
    { kind: "linear", terms: { x1: -2, x2: 2 }, min: -2e-5 },
  ],
};

test.each(Object.keys(slabs) as (keyof typeof slabs)[])("designs reach all of what %s leaves", (name) => {
  const space = spaceOf({ parameters: box(5, -5, 5), constraints: slabs[name] });
  const designs = space.candidates(200, createRandom(3));
  expect(designs.length).toBe(200);
  for (const own of names(5)) expect(spanOf(designs.map((design) => design[own] as number))).toBeGreaterThan(8);
});
