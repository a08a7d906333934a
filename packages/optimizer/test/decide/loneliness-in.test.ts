import type { Design } from "@labloop/contracts";
import { expect, test } from "vitest";
import { lonelinessIn } from "../../src/decide/loneliness-in.ts";
import { createRandom } from "../../src/random/create-random.ts";
import { spaceOf } from "../support/open-study.ts";

const parameters = ["p", "q"].map((name) => ({ kind: "continuous", name, min: 0, max: 2 }));
const steps = [0, 0.1, 0.3, 0.7, 1.5];
const grid = steps.flatMap((p) => steps.map((q) => ({ p, q })));
const told = (candidates: readonly Design[]) => lonelinessIn(spaceOf({ parameters, candidates }));

test("of a grid nothing is told, though gaps and uneven steps make some of its designs lonelier", () => {
  expect(told(grid)).toBeNull();
  expect(told(grid.filter((_, i) => i % 3 !== 1))).toBeNull();
  expect(lonelinessIn(spaceOf({ parameters }))).toBeNull();
});

test("what shares no steps is no grid, and of what stands far from the rest that is told", () => {
  const random = createRandom(1);
  const near = Array.from({ length: 30 }, () => ({ p: random.uniform() / 2, q: random.uniform() / 2 }));
  const loneliness = told([...near, { p: 2, q: 2 }]);
  expect(loneliness?.(Float64Array.of(1, 1))).toBeGreaterThan(1.6);
});

test("a space is looked through once", () => {
  const space = spaceOf({ parameters, candidates: grid.map(({ p, q }, i) => ({ p: p + i / 1000, q: q + i / 990 })) });
  expect(lonelinessIn(space)).not.toBeNull();
  expect(lonelinessIn(space)).toBe(lonelinessIn(space));
});
