import type { StudyParameter } from "@labloop/contracts";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { BenchMethod, PoolAsk } from "../../src/benchmark/bench-method.ts";
import { featuresOf } from "../../src/benchmark/features.ts";
import { labloopMethod } from "../../src/benchmark/labloop-method.ts";
import { poolOf, readingAt } from "../../src/benchmark/pool.ts";
import { randomMethod } from "../../src/benchmark/random-method.ts";
import { runCampaign } from "../../src/benchmark/run-campaign.ts";
import { sobolMethod } from "../../src/benchmark/sobol-method.ts";
import { poolTable } from "../support/draw-pool.ts";

const still = () => 0;
const bumps = poolOf(poolTable(Array.from({ length: 30 }, (_, i) => [[i % 7], [(i % 7) + 0.5]])));
const settings = { seed: 3, budget: 12, batch: 1, starts: 2 };

test.each([labloopMethod, randomMethod, sobolMethod])(
  "%o: the same seed twice is the same campaign",
  async (method) => {
    const first = await runCampaign(bumps, method(), settings, still);
    expect(await runCampaign(bumps, method(), settings, still)).toEqual(first);
    const other = await runCampaign(bumps, method(), { ...settings, seed: 4 }, still);
    expect(other.measured).not.toEqual(first.measured);
  },
);

test("every method begins with the same designs and reads the same there", async () => {
  const seen: PoolAsk[] = [];
  const watching = (method: BenchMethod): BenchMethod => ({
    name: method.name,
    async start(study, features, seed) {
      const campaign = await method.start(study, features, seed);
      return {
        ask(ask) {
          if (ask.measurements.length === 2) seen.push(ask);
          return campaign.ask(ask);
        },
      };
    },
  });
  for (const method of [labloopMethod(), randomMethod(), sobolMethod()]) {
    await runCampaign(bumps, watching(method), settings, still);
  }
  expect(seen).toHaveLength(3);
  expect(new Set(seen.map(({ measurements }) => JSON.stringify(measurements))).size).toBe(1);
});

test("random search and the space-filling order measure every design once before any twice", async () => {
  for (const method of [randomMethod(), sobolMethod()]) {
    const { measured } = await runCampaign(bumps, method, { ...settings, budget: 30 }, still);
    expect(new Set(measured).size).toBe(30);
  }
});

test("beyond its points the space-filling order does not follow the table, which may be sorted", async () => {
  const sorted = poolOf(poolTable(Array.from({ length: 600 }, (_, i) => [[i]])));
  const { measured } = await runCampaign(sorted, sobolMethod(), { seed: 3, budget: 600, batch: 598, starts: 2 }, still);
  expect(new Set(measured).size).toBe(600);
  const tail = measured.slice(-80);
  expect(tail).not.toEqual(tail.toSorted((a, b) => a - b));
});

test("a batch is read as a whole, the budget is kept, and a recommendation stands until the batch is in", async () => {
  const asks: PoolAsk[] = [];
  const method: BenchMethod = {
    name: "told",
    start: () => ({
      ask(ask) {
        asks.push(ask);
        return { indices: [10, 11, 12, 13].slice(0, ask.count), recommended: ask.measurements.length };
      },
    }),
  };
  const record = await runCampaign(bumps, method, { ...settings, budget: 8, batch: 4 }, still);
  expect(asks.map(({ count, remaining, measurements }) => [count, remaining, measurements.length])).toEqual([
    [4, 2, 2],
    [2, 0, 6],
    [0, 0, 8],
  ]);
  expect(record.measured.slice(2)).toEqual([10, 11, 12, 13, 10, 11]);
  expect(record.recommended.slice(1)).toEqual([2, 2, 2, 2, 6, 6, 8]);
  expect(record.readAfter).toEqual([1, 2, 6, 6, 6, 6, 8, 8]);
});

test("visits of a design go through its readings in an order that is the seed's, and never past them", () => {
  const readings = [[[1], [2], [3]], [[9]]];
  const pool = poolOf(poolTable(readings));
  fc.assert(
    fc.property(fc.nat(), (seed) => {
      const visits = [0, 1, 2, 3].map((visit) => readingAt(pool, 0, seed, visit)[0]);
      expect(new Set(visits.slice(0, 3))).toEqual(new Set([1, 2, 3]));
      expect(visits[3]).toBe(visits[0]);
      expect(readingAt(pool, 1, seed, 5)).toEqual([9]);
    }),
  );
  const firsts = Array.from({ length: 30 }, (_, seed) => readingAt(pool, 0, seed, 0)[0]);
  expect(new Set(firsts)).toEqual(new Set([1, 2, 3]));
  const first = (replicates: "mean" | "first") => poolOf(poolTable(readings, { replicates })).readings[0];
  expect(first("mean")).toEqual([[2]]);
  expect(first("first")).toEqual([[1]]);
});

test("rows that rounding alone tells apart are readings of one design, and others are not", () => {
  const table = poolTable([[[1]], [[2]]]);
  const rows = [0.3, 0.1 + 0.2, 0.3 + 1e-9, -0, 0, 1e-300].map((x, i) => ({ design: { x }, values: [i] }));
  const pool = poolOf({ ...table, rows });
  expect(pool.designs.map(({ x }) => x)).toEqual([0.3, 0.3 + 1e-9, -0, 1e-300]);
  expect(pool.readings[0]).toEqual([[0], [1]]);
});

test.each([
  ["too few designs", { indices: [], recommended: null }, "was asked for 1 designs and named 0"],
  ["a design that is not there", { indices: [30], recommended: null }, "named design 30"],
  ["a recommendation that is not there", { indices: [1], recommended: 99 }, "named design 99"],
])("%s end the campaign with its name", async (_, answer, message) => {
  const method: BenchMethod = { name: "wrong", start: () => ({ ask: () => answer }) };
  await expect(runCampaign(bumps, method, settings, still)).rejects.toThrow(`wrong ${message}`);
});

test("two options are 1 apart, numbers span 0 to 1, and descriptors weigh as one input", () => {
  const parameters: StudyParameter[] = [
    { kind: "continuous", name: "p", unit: "1", min: 1, max: 100, scale: "log" },
    { kind: "ordinal", name: "o", unit: "1", levels: ["low", "mid", "high"] },
    { kind: "categorical", name: "c", unit: "1", options: ["a", "b"], encoding: "hamming" },
    {
      kind: "categorical",
      name: "d",
      unit: "1",
      options: ["a", "b"],
      encoding: "descriptors",
      descriptors: { a: [0, 100], b: [2, 300] },
    },
  ];
  const [a, b] = featuresOf(parameters, [
    { p: 10, o: "mid", c: "a", d: "a" },
    { p: 100, o: "high", c: "b", d: "b" },
  ]) as [number[], number[]];
  expect(a.slice(0, 2)).toEqual([expect.closeTo(0.5, 12), 0.5]);
  expect(b.slice(0, 2)).toEqual([1, 1]);
  const distance = (from: number, to: number) =>
    Math.hypot(...a.slice(from, to).map((value, i) => value - (b[from + i] as number)));
  expect(distance(2, 4)).toBeCloseTo(1, 12);
  expect(distance(4, 6)).toBeCloseTo(2, 12);
});
