import fc from "fast-check";
import { expect, test } from "vitest";
import { bestRows } from "../src/best/best-rows.ts";
import { sortExperiments } from "../src/experiments/sort-experiments.ts";
import { windowRows } from "../src/experiments/window-rows.ts";
import { plainTable, readRoute, type Route, writeRoute } from "../src/route/route.ts";
import { experiment, failure } from "./support/rows.ts";

const objective = { name: "toughness", unit: "J", goal: "maximise" } as const;
const predicted = { mean: 4, sd: 1, interval90: [2, 6] as [number, number] };

test("a row of the best stands until the next one that is known, and nothing is drawn ahead of the last experiment", () => {
  const experiments = [
    experiment(1),
    experiment(2, { bestThen: { value: 5, interval90: [4, 6] } }),
    failure(3),
    experiment(4),
  ];
  const band = { experiments: [1, 2], low: [0, 1], median: [1, 2], high: [2, 3] };
  const rows = bestRows({ experiments, objective, band, budget: 5, now: { value: 7, interval90: [6, 8] }, judged: 3 });
  expect(rows.map(({ best, low, measured, isFailed }) => [best, low, measured, isFailed])).toEqual([
    [null, null, 1, false],
    [5, 4, 2, false],
    [5, 4, null, true],
    [7, 6, 4, false],
    [null, null, null, false],
  ]);
  expect(rows.map(({ random }) => random?.median ?? null)).toEqual([1, 2, null, null, null]);
});

test("nothing is said of the best after experiments that it does not rest on", () => {
  const now = { value: 5, interval90: [4, 6] as [number, number] };
  const bests = (judged: number) => {
    const unknown = experiment(2, { asRequested: true });
    const experiments = [experiment(1, { bestThen: now }), unknown, failure(3), experiment(4), experiment(5)];
    return bestRows({ experiments, objective, band: null, budget: 5, now, judged }).map(({ best }) => best);
  };
  expect(bests(1)).toEqual([5, 5, 5, null, null]);
  expect(bests(2)).toEqual([5, 5, 5, 5, null]);
  expect(bests(3)).toEqual([5, 5, 5, 5, 5]);
});

test("experiments beyond the budget have rows, too", () => {
  const experiments = [experiment(1), failure(2), experiment(3)];
  expect(bestRows({ experiments, objective, band: null, budget: 2, now: null, judged: undefined })).toHaveLength(3);
});

test("experiments are sorted by value or by error either way, and what has none goes last", () => {
  const rows = [experiment(1, { predicted }), experiment(2), failure(3), experiment(4, { predicted }), failure(5)];
  const order = (choice: Partial<typeof plainTable>) =>
    sortExperiments(rows, objective, { ...plainTable, ...choice }).map(({ number }) => number);
  expect(order({})).toEqual([5, 4, 3, 2, 1]);
  expect(order({ isDescending: false })).toEqual([1, 2, 3, 4, 5]);
  expect(order({ sort: "value" })).toEqual([4, 2, 1, 5, 3]);
  expect(order({ sort: "value", isDescending: false })).toEqual([1, 2, 4, 5, 3]);
  expect(order({ sort: "error" })).toEqual([1, 4, 5, 3, 2]);
  expect(order({ isFailedOnly: true })).toEqual([5, 3]);
});

test("the window holds every row in sight, and the room around it makes up for the rest", () => {
  const size = fc.record({
    count: fc.integer({ min: 0, max: 5_000 }),
    rowHeight: fc.integer({ min: 20, max: 120 }),
    scrolled: fc.integer({ min: 0, max: 200_000 }),
    height: fc.integer({ min: 100, max: 2_000 }),
  });
  fc.assert(
    fc.property(size, ({ count, rowHeight, scrolled, height }) => {
      const { first, end, above, below } = windowRows(count, rowHeight, scrolled, height);
      expect(above + (end - first) * rowHeight + below).toBe(count * rowHeight);
      expect(end - first).toBeLessThanOrEqual(Math.ceil(height / rowHeight) + 18);
      const top = Math.min(scrolled, Math.max(0, count * rowHeight - height));
      expect(above).toBeLessThanOrEqual(top);
      expect(above + (end - first) * rowHeight).toBeGreaterThanOrEqual(Math.min(count * rowHeight, top + height));
    }),
  );
});

test("every view has an address that leads back to it", () => {
  const name = fc.string({ minLength: 1 }).filter((text) => text.isWellFormed());
  const route: fc.Arbitrary<Route> = fc.oneof(
    fc.record({
      page: fc.constant("run" as const),
      runId: fc.string({ minLength: 1 }).filter((id) => id.isWellFormed()),
    }),
    fc.record({
      page: fc.constant("campaign" as const),
      table: fc.record({
        sort: fc.constantFrom("number" as const, "value" as const, "error" as const),
        isDescending: fc.boolean(),
        isFailedOnly: fc.boolean(),
      }),
      best: fc.constantFrom("chart" as const, "data" as const),
      axes: fc.option(fc.record({ across: name, up: name })),
      isNear: fc.boolean(),
    }),
  );
  fc.assert(
    fc.property(route, (each) => {
      expect(readRoute(writeRoute(each))).toEqual(each);
    }),
  );
});

test("an address that nobody wrote opens the campaign", () => {
  for (const hash of ["", "#", "#/", "#/nowhere", "#/?sort=nonsense", "#/runs/"]) {
    expect(readRoute(hash)).toEqual({ page: "campaign", table: plainTable, best: "chart", axes: null, isNear: false });
  }
});
