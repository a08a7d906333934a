import type { MethodFigures } from "@labloop/contracts";
import { expect, test } from "vitest";
import { benchLines } from "../../src/bench/bench-lines.ts";
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
  expect(text).toContain("1 row without a value that is needed was left out.");
  expect(text).toContain("1 design was measured more than once");
  expect(text).toContain("from 1 random design, 1 at a time");
});

test("what of a pool's tables is not used is told below the figures", () => {
  expect(benchLines(drawnResult({ remarks: ["Of 'c' 1 descriptor is left out."] }))).toContain(
    "  Of 'c' 1 descriptor is left out.",
  );
});
