import type { Design } from "@labloop/contracts";
import { expect, test } from "vitest";
import { listingIn } from "../../src/decide/listing-in.ts";
import { createRandom } from "../../src/random/create-random.ts";
import { spaceOf } from "../support/open-study.ts";

const parameters = ["p", "q"].map((name) => ({ kind: "continuous", name, min: 0, max: 2 }));
const steps = [0, 0.1, 0.3, 0.7, 1.5];
const grid = steps.flatMap((p) => steps.map((q) => ({ p, q })));
const told = (candidates: readonly Design[]) => listingIn(spaceOf({ parameters, candidates }));

test("a grid is even and none of it lonely, though gaps and uneven steps make some of its designs lonelier", () => {
  const even = { loneliness: null, unevenness: 0, hasNames: false };
  expect(told(grid)).toEqual(even);
  expect(told(grid.filter((_, i) => i % 3 !== 1))).toEqual(even);
  expect(listingIn(spaceOf({ parameters }))).toBeNull();
});

test("what is too short to tell, or longer than anybody has tried, is even and none of it lonely", () => {
  const random = createRandom(2);
  const drawn = (count: number) => Array.from({ length: count }, () => ({ p: random.uniform(), q: random.uniform() }));
  for (const count of [5, 2501]) expect(told(drawn(count))).toMatchObject({ loneliness: null, unevenness: 0 });
  expect(told(drawn(2500))?.loneliness).not.toBeNull();
});

test("what shares no steps is no grid, and of what stands far from the rest that is told", () => {
  const random = createRandom(1);
  const near = Array.from({ length: 30 }, () => ({ p: random.uniform() / 2, q: random.uniform() / 2 }));
  const listing = told([...near, { p: 2, q: 2 }]);
  expect(listing?.loneliness?.(Float64Array.of(1, 1))).toBeGreaterThan(1.6);
  expect(listing?.unevenness).toBeGreaterThan(told(near)?.unevenness ?? Number.NaN);
});

test("a space is looked through once", () => {
  const space = spaceOf({ parameters, candidates: grid.map(({ p, q }, i) => ({ p: p + i / 1000, q: q + i / 990 })) });
  expect(listingIn(space)?.loneliness).not.toBeNull();
  expect(listingIn(space)).toBe(listingIn(space));
});

test("names that are varied are told, unless numbers describe them", () => {
  const named = (encoding: object, used = ["weak", "strong"]) => {
    const base = { kind: "categorical", name: "base", options: ["weak", "strong"], ...encoding };
    const candidates = used.flatMap((name) => steps.map((p) => ({ base: name, p })));
    return listingIn(spaceOf({ parameters: [base, ...parameters.slice(0, 1)], candidates }))?.hasNames;
  };
  expect(named({})).toBe(true);
  expect(named({}, ["strong"])).toBe(false);
  expect(named({ encoding: "descriptors", descriptors: { weak: [1], strong: [2] } })).toBe(false);
});
