import { expect, test } from "vitest";
import { compareAreas, shownTogether } from "../../src/benchmark/non-inferiority.ts";

const random = Array.from({ length: 30 }, (_, i) => 1 + (i % 3) / 10);

test("a method is equal to itself, and shown not to be worse by the margin", () => {
  const areas = random.map((area, i) => area * (i % 2 === 0 ? 0.2 : 0.9));
  expect(compareAreas(areas, areas, random, 0.05)).toEqual({ difference: 0, low: 0, high: 0, p: 1 / 10_001 });
});

test("what is always a tenth of random search worse is that much worse, and not shown", () => {
  const other = random.map((area, i) => area * (i % 2 === 0 ? 0.2 : 0.9));
  const ours = other.map((area, i) => area + 0.1 * (random[i] as number));
  const { difference, low, p } = compareAreas(ours, other, random, 0.05);
  expect(difference).toBeCloseTo(0.1, 12);
  expect(low).toBeCloseTo(0.1, 12);
  expect(p).toBe(1);
});

test("campaigns of one seed stay together: luck that both had does not blur the difference", () => {
  const other = random.map((_, i) => (i % 2 === 0 ? 0 : 2));
  const ours = other.map((area, i) => area + (i % 3 === 0 ? 0.02 : -0.02));
  const { low, high } = compareAreas(ours, other, random, 0.05);
  expect(high - low).toBeLessThan(0.04);
});

test("a campaign in which random search lacks nothing and a method does is no point in its favour", () => {
  const none = random.map(() => 0);
  const lacking = none.map((_, i) => (i === 0 ? 1 : 0));
  expect(compareAreas(none, none, none, 0.05)).toMatchObject({ difference: 0, low: 0, high: 0 });
  expect(compareAreas(lacking, none, none, 0.05)).toMatchObject({ difference: 1000, low: 0, high: 1000 });
  expect(compareAreas(none, lacking, none, 0.05)).toMatchObject({ difference: -1000, low: -1000, high: 0 });
  // A third of the resamples hold no campaign in which random search lacks anything.
  const seldom = random.map((_, i) => (i === 0 ? 1 : 0));
  const behind = random.map((_, i) => (i === 1 ? 0.01 : 0));
  expect(compareAreas(behind, none, seldom, 0.05).high).toBe(1000);
});

test("comparisons are shown in the order of their p until the first that fails, by Holm's levels", () => {
  expect(shownTogether([0.01, 0.02, 0.04], 0.05)).toEqual([true, true, true]);
  expect(shownTogether([0.04, 0.01, 0.03], 0.05)).toEqual([false, true, false]);
  expect(shownTogether([0.02, 0.001, 0.001, 0.02], 0.05)).toEqual([true, true, true, true]);
  expect(shownTogether([0.06], 0.05)).toEqual([false]);
  expect(shownTogether([], 0.05)).toEqual([]);
});
