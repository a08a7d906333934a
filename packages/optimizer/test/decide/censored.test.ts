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

const two: StudyDraft["objectives"] = [
  { name: "a", goal: "maximise" },
  { name: "b", goal: "minimise" },
];

/** What is recommended after a = 10 + 130 x and b = x² were read at six places, and something at one more. */
function told(objectives: StudyDraft["objectives"], x: number, values: Record<string, TrialValue>) {
  const study = createStudy({ ...line, objectives }, { seed: 1 });
  const tell = (at: number, read: Record<string, TrialValue>) =>
    study.tell({ design: { x: at }, outcome: { status: "measured", values: read } });
  for (const at of [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]) tell(at, { a: 10 + 130 * at, b: at * at });
  tell(x, values);
  const { best, front = [] } = study.propose();
  return { best: best?.design["x"], front: front.map(({ design }) => design["x"]) };
}

test("a design is on a front for what was read of it: not where its bounds leave room for another to be nowhere worse", () => {
  const all = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6];
  const frontAfter = (x: number, a: TrialValue, b: TrialValue) =>
    told(two, x, { a, b }).front.toSorted((p, q) => Number(p) - Number(q));
  // Expected to be 114 and worse in b than all others: only what is not known of a speaks for it.
  expect(frontAfter(0.8, { above: 5 }, 0.64)).toEqual(all);
  expect(frontAfter(0.8, { below: 1000 }, 0.64)).toEqual(all);
  expect(frontAfter(0.8, 114, { above: -5 })).toEqual([...all, 0.8]);
  // A record whatever the bound hides.
  expect(frontAfter(0.8, { above: 100 }, 0.64)).toEqual([...all, 0.8]);
  // On it for the sake of the other objective alone.
  expect(frontAfter(0, { below: 12 }, 0)).toEqual([0, ...all]);
  expect(frontAfter(0.05, { below: 30 }, { below: 0.005 })).toEqual([0.05, ...all]);
});

test("what is recommended for its desirability was read to be as desirable, whatever a bound hides", () => {
  const wanted = (best: number): StudyDraft["objectives"] => [
    { name: "a", goal: "maximise", desirability: { worst: 0, best } },
    { name: "b", goal: "minimise", desirability: { worst: 2, best: 0 } },
  ];
  expect(told(wanted(200), 0.8, { a: { above: 5 }, b: 0.64 }).best).toBe(0.6);
  expect(told(wanted(200), 0.8, { a: { above: 130 }, b: 0.64 }).best).toBe(0.8);
  expect(told(wanted(200), 0.8, { a: 114, b: { above: 0.1 } }).best).toBe(0.6);
  const target: StudyDraft["objectives"] = [
    { name: "a", goal: "target", desirability: { low: 60, target: 120, high: 180 } },
  ];
  expect(told(target, 0.8, { a: { above: 100 } }).best).toBe(0.6);
  expect(told(target, 0.8, { a: 114 }).best).toBe(0.8);
});

/** What is recommended where x is at most 0.8 and p at most 4, after the six, a bound at 0.7 and more read of what may not be recommended. */
function besideWhatCannotBe(objectives: StudyDraft["objectives"], lost: { x: number; p: number }) {
  const limits: Pick<StudyDraft, "constraints" | "outcomeConstraints"> = {
    constraints: [{ kind: "linear", terms: { x: 1 }, max: 0.8 }],
    outcomeConstraints: [{ name: "p", max: 4 }],
  };
  const study = createStudy({ ...line, ...limits, objectives }, { seed: 1 });
  const tell = (x: number, read: Record<string, TrialValue>) =>
    study.tell({ design: { x }, outcome: { status: "measured", values: read } });
  for (const at of [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]) tell(at, { a: 10 + 130 * at, b: 2, p: 1 });
  tell(0.7, { a: { above: 90 }, b: 1, p: 1 });
  tell(lost.x, { a: 10 + 130 * lost.x, b: 0, p: lost.p });
  const [proposal] = study.propose().proposals;
  return { best: study.best()?.design["x"], front: study.propose().front, rule: proposal?.acquisition.name };
}

test("what the study does not allow, or what broke a bound, takes no place from a design that was read as a bound", () => {
  for (const lost of [
    { x: 0.9, p: 1 },
    { x: 0.78, p: 9 },
  ]) {
    const single = besideWhatCannotBe(line.objectives, lost);
    expect(single.best).toBe(0.7);
    expect(single.rule).not.toBe("feasibility");
    expect(besideWhatCannotBe(two, lost).front?.map(({ design }) => design["x"])).toEqual([0.7]);
  }
});
