import type { Trial, TrialValue } from "@labloop/contracts";
import { expect, test } from "vitest";
import { padCensored } from "../../src/study/pad-censored.ts";
import { readTrials, type TrialReadings } from "../../src/study/read-trials.ts";
import { spaceOf } from "../support/open-study.ts";

const space = spaceOf({
  parameters: [
    { kind: "continuous", name: "t", min: 0, max: 100, step: 10 },
    { kind: "categorical", name: "k", options: ["a", "b"] },
  ],
  objectives: [
    { name: "yield", goal: "maximise" },
    { name: "waste", goal: "minimise" },
  ],
  outcomeConstraints: [{ name: "purity", min: 0.9 }],
});

const measured = (t: number, values: Record<string, TrialValue>): Trial => ({
  design: { t, k: "a" },
  outcome: { status: "measured", values },
});

function read(trials: readonly Trial[]): TrialReadings {
  const readings = readTrials(space, trials);
  if (Array.isArray(readings)) throw new Error(JSON.stringify(readings));
  return readings;
}

test("designs are read as carried out, off the grid and out of bounds, and share the key of the design they stand for", () => {
  const readings = read([{ ...measured(32, { yield: 1 }), requested: { t: 30, k: "a" } }, measured(120, { yield: 2 })]);
  expect(readings.features[0]?.[0]).toBeCloseTo(0.32, 12);
  expect(readings.features[1]?.[0]).toBeCloseTo(1.2, 12);
  expect(readings.keys[0]).toBe(space.key({ t: 30, k: "a" }));
});

test("what was not read is missing for its quantity alone, and what the study does not name is ignored", () => {
  const { quantities } = read([
    measured(10, { yield: 1, purity: { value: 0.95, uncertainty: 0.01 }, colour: 7 }),
    measured(20, { waste: 3 }),
  ]);
  expect([...quantities.keys()]).toEqual(["yield", "waste", "purity"]);
  expect(quantities.get("yield")?.exact).toEqual([{ trial: 0, value: 1, uncertainty: null }]);
  expect(quantities.get("waste")?.exact).toEqual([{ trial: 1, value: 3, uncertainty: null }]);
  expect(quantities.get("purity")?.exact).toEqual([{ trial: 0, value: 0.95, uncertainty: 0.01 }]);
});

test("an infeasible design is learned, and a fault says nothing", () => {
  const readings = read([
    measured(10, { yield: 1 }),
    { design: { t: 90, k: "b" }, outcome: { status: "infeasible" } },
    { design: { t: 50, k: "b" }, outcome: { status: "fault" } },
  ]);
  expect(readings.feasible).toEqual([0]);
  expect(readings.infeasible).toEqual([1]);
  expect(readings.features[1]).not.toBeNull();
  expect(readings.features[2]).toBeNull();
});

test("a censored reading is kept apart; beyond all that was read its bound counts, else what the others make likely within it", () => {
  const { quantities, features } = read([
    measured(10, { yield: 5 }),
    measured(20, { yield: { below: 2 } }),
    measured(30, { yield: { below: 90 } }),
    measured(40, { yield: { above: 1 } }),
    measured(50, { yield: 8 }),
    measured(60, { yield: { above: 12 } }),
    measured(11, { yield: { below: 4 } }),
    measured(49, { yield: { above: 7.9 } }),
  ]);
  const readings = quantities.get("yield")!;
  expect(readings.exact.map(({ value }) => value)).toEqual([5, 8]);
  const padded = padCensored(readings, features, space.groups);
  expect(padded.map(({ trial }) => trial)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  const valueOf = (trial: number) => padded[trial]?.value as number;
  expect([0, 1, 4, 5, 6].map(valueOf)).toEqual([5, 2, 8, 12, 4]);
  for (const trial of [2, 3]) {
    expect(valueOf(trial)).toBeGreaterThanOrEqual(5);
    expect(valueOf(trial)).toBeLessThanOrEqual(8);
  }
  expect(valueOf(7)).toBeGreaterThanOrEqual(7.9);
  const nothing = { exact: [], censored: [{ trial: 0, side: "below", bound: 3 } as const] };
  expect(padCensored(nothing, features, space.groups)[0]?.value).toBe(3);
});

test("every trial that cannot be read is named, with what is wrong in it, and none is read", () => {
  const faults = readTrials(space, [
    measured(10, { yield: Number.NaN }),
    measured(Number.POSITIVE_INFINITY, { yield: 1 }),
    measured(20, { yield: 1, waste: { value: Number.NEGATIVE_INFINITY, uncertainty: 1 } }),
    { design: { t: 10, k: "c", extra: 1 }, outcome: { status: "fault" } },
    { ...measured(10, { yield: { value: 1, uncertainty: 0 } }), requested: { t: 10 } },
    measured(10, { yield: 2 }),
    measured(10, { yield: { value: 1, uncertainty: Number.POSITIVE_INFINITY } }),
  ]);
  expect(Array.isArray(faults) ? faults.map(({ code, path, message }) => `${code} ${path} | ${message}`) : []).toEqual([
    'trial.notFinite trials.0.outcome.values.yield | trial 1: "yield" is NaN, not a finite number',
    'design.notANumber trials.1.design.t | trial 2: "t" is Infinity, not a finite number',
    'trial.notFinite trials.2.outcome.values.waste | trial 3: "waste" is -Infinity, not a finite number',
    'design.nameUnknown trials.3.design.extra | trial 4: no parameter is called "extra"',
    'design.notAnOption trials.3.design.k | trial 4: "k" is "c", which is none of its options: a, b',
    'design.valueMissing trials.4.requested.k | trial 5: "k" has no value',
    'trial.uncertainty trials.4.outcome.values.yield | trial 5: the uncertainty of "yield" is 0, not above 0',
    'trial.notFinite trials.6.outcome.values.yield | trial 7: the uncertainty of "yield" is Infinity, not a finite number',
  ]);
});
