import type { MethodFigures } from "@labloop/contracts";
import { expect, test } from "vitest";
import { benchLines } from "../../src/bench/bench-lines.ts";
import { benchTable } from "../../src/bench/bench-table.ts";
import { drawnResult } from "./drawn-result.ts";

const arrival = (target: string, designs: number | null): MethodFigures["arrivals"][number] => ({
  target,
  designs,
  reached: 1,
  median: { value: 2, low: 1, high: 2 },
  mean: 2,
  random: designs === null ? null : { median: 3, mean: 3 },
});
const told = (arrivals: MethodFigures["arrivals"]) => benchLines(drawnResult({}, { arrivals })).join("\n");

test("where more designs tie than a target's name says, the answer says how many", () => {
  const text = told([arrival("best 5 %", 17), arrival("best 1 %", 6), arrival("best of all", 6)]);
  expect(text).toContain("to a design of the best 5 % (with ties 17 of 40 designs), where random search needs 3;");
  expect(text).toContain("to the best of all (6 designs are equally good), where random search needs 3.");
});

test("where none ties more than that, and of a front, nothing is said of ties", () => {
  const single = told([arrival("best 5 %", 2), arrival("best 1 %", 1), arrival("best of all", 1)]);
  for (const text of [single, told([arrival("90 % of the hypervolume", null)])]) {
    expect(text).toContain("2 experiments");
    expect(text).not.toMatch(/ties|equally/);
  }
});

test("one of anything is told in the singular", () => {
  const result = drawnResult({ replicated: 1, dropped: 1 });
  const text = benchLines({ ...result, settings: { ...result.settings, budget: 1, budgetAsked: 1 } }).join("\n");
  expect(text).toContain("40 designs, 1 input, maximise y");
  expect(text).toContain("1 experiment is too few");
  expect(text).toContain("1 row without a value that is needed was left out:");
  expect(text).toContain("1 design was measured more than once");
  expect(text).toContain("from 1 random design, 1 at a time");
});

test("the table fits 80 columns, its lines are equally long, and no time is a power of ten", () => {
  const score = { value: 0.75, low: 0.5, high: 1.25 };
  const front = ["90 %", "95 %", "99 %"].map((share) => arrival(`${share} of the hypervolume`, null));
  for (const arrivals of [front, [arrival("best 5 %", 3), arrival("best 1 %", 2), arrival("best of all", 1)]]) {
    const result = drawnResult({}, { arrivals, score });
    const timing = [{ method: "labloop", asks: 9, median: 0.2604, p90: 1, max: 2 }];
    const table = benchTable({ ...result, timing });
    expect(table[2]).toMatch(/^ {2}labloop {2}0.75 \(0.50 to 1.25\) .* 260 ms$/);
    expect(new Set(table.map((line) => line.length)).size).toBe(1);
    expect(table[0]?.length).toBeLessThanOrEqual(80);
  }
  expect(told([arrival("best of all", 1)])).toMatch(/ to best .*\n.* method .* of all .* found/);
});

test("that a batch counts as a whole is told where there are batches", () => {
  const result = drawnResult({});
  const said = (batch: number) => benchLines({ ...result, settings: { ...result.settings, batch } }).join("\n");
  expect(said(8)).toContain("What a batch of 8 holds counts when the whole of it has been made");
  expect(said(1)).not.toContain("What a batch");
});

test.each([
  ["one", "one of the readings at random."],
  ["mean", "their mean, with less noise than one experiment has."],
  ["first", "the first reading alone, and that counts as true."],
] as const)("where designs were measured more than once, what a visit reads is told: %s", (replicates, what) => {
  const said = (replicated: number) => benchLines(drawnResult({ replicated, replicates })).join("\n");
  expect(said(3)).toContain(`3 designs were measured more than once: a visit reads ${what}`);
  expect(said(0)).not.toContain("more than once");
});

test("what of a pool's tables is not used is told below the figures", () => {
  expect(benchLines(drawnResult({ remarks: ["Of 'c' 1 descriptor is left out."] }))).toContain(
    "  Of 'c' 1 descriptor is left out.",
  );
});
