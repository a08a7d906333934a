import type { StudyDraft, TrialValue } from "@labloop/contracts";
import { expect, test } from "vitest";
import { createStudy } from "../../src/study/create-study.ts";

const line: StudyDraft = {
  parameters: [{ kind: "continuous", name: "x", min: 0, max: 1 }],
  objectives: [{ name: "a", goal: "maximise" }],
};

/** What is best after 10 + 130 x, from 23 to 88, was read at six places, or its negative, and something at one more. */
function bestAfter(goal: "maximise" | "minimise", x: number, reading: TrialValue, sign = 1) {
  const study = createStudy({ ...line, objectives: [{ name: "a", goal }] }, { seed: 1 });
  const tell = (at: number, a: TrialValue) =>
    study.tell({ design: { x: at }, outcome: { status: "measured", values: { a } } });
  for (const at of [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]) tell(at, sign * (10 + 130 * at));
  tell(x, reading);
  return study.best();
}

test("a bound that others were read beyond is no record: its design is believed as they say, and is not best", () => {
  expect(bestAfter("maximise", 0, { above: 5 })?.design).toEqual({ x: 0.6 });
  expect(bestAfter("maximise", 0, { above: 5 })?.expected.value).toBeCloseTo(88, -1);
  expect(bestAfter("minimise", 0.9, { below: 1000 })?.design).toEqual({ x: 0.1 });
  expect(bestAfter("minimise", 0, { above: -5 }, -1)?.design).toEqual({ x: 0.6 });
  // What others make likely is more than any reading, and was not read.
  expect(bestAfter("maximise", 0.7, { above: 5 })?.design).toEqual({ x: 0.6 });
  expect(bestAfter("maximise", 0.7, { below: 1000 })?.design).toEqual({ x: 0.6 });
});

test("a bound beyond all that was read is a record", () => {
  expect(bestAfter("maximise", 0.9, { above: 100 })?.design).toEqual({ x: 0.9 });
  expect(bestAfter("minimise", 0.9, { below: -100 }, -1)?.design).toEqual({ x: 0.9 });
  expect(bestAfter("maximise", 0.9, { below: 20 })?.design).toEqual({ x: 0.6 });
});

/** What is best where p = 8 x is limited, and was read as told at one place more. */
function bestWithin(limit: { min?: number; max?: number }, x: number, p: TrialValue) {
  const study = createStudy({ ...line, outcomeConstraints: [{ name: "p", ...limit }] }, { seed: 1 });
  const tell = (at: number, values: Record<string, TrialValue>) =>
    study.tell({ design: { x: at }, outcome: { status: "measured", values } });
  for (const at of [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]) tell(at, { a: 10 + 130 * at, p: 8 * at });
  tell(x, { a: 10 + 130 * x, p });
  return study.best()?.design["x"];
}

test("a bound on the far side of a limit keeps or breaks it; any other leaves it to what is believed there", () => {
  // Believed to be 7.2 and 3.6, at most 4 being allowed.
  expect(bestWithin({ max: 4 }, 0.9, { below: 10 })).toBe(0.4);
  expect(bestWithin({ max: 4 }, 0.45, { below: 10 })).toBe(0.45);
  expect(bestWithin({ max: 4 }, 0.45, { above: 3 })).toBe(0.45);
  expect(bestWithin({ max: 4 }, 0.45, { above: 4 })).not.toBe(0.45);
  expect(bestWithin({ max: 4 }, 0.45, { below: 4 })).toBe(0.45);
  expect(bestWithin({ min: 4 }, 0.9, { above: 3 })).toBe(0.9);
  expect(bestWithin({ min: 4 }, 0.9, { above: 5 })).toBe(0.9);
  expect(bestWithin({ min: 4 }, 0.9, { below: 4 })).not.toBe(0.9);
});
