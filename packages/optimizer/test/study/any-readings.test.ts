import type { StudyDraft, Trial, TrialValue } from "@labloop/contracts";
import { expect, test } from "vitest";
import { createStudy } from "../../src/study/create-study.ts";

const names = (count: number) => Array.from({ length: count }, (_, i) => `x${i}`);
const cube: StudyDraft = {
  parameters: names(3).map((name) => ({ kind: "continuous", name, min: 0, max: 1 })),
  objectives: [{ name: "y", goal: "maximise" }],
};
const options = (encoding: "hamming" | "one-hot"): StudyDraft => ({
  ...cube,
  parameters: [{ kind: "categorical", name: "k", options: names(64), encoding }],
});

type Read = (experiment: number) => TrialValue | "infeasible" | "fault";

const cases: Record<string, { draft?: StudyDraft; read: Read }> = {
  "a constant": { read: () => 1 },
  "a scale of 1e-12": { read: (i) => 1e-12 * i },
  "a scale of 1e12": { read: (i) => 1e12 * (i % 3) },
  "readings at the ends of what a number holds": { read: (i) => (i % 2 ? 1e300 : -1e300) },
  "readings next to the greatest number": { read: (i) => (i % 3 ? 1.7e308 : -1.7e308) },
  "an offset that hides the differences": { read: (i) => 1e12 + i },
  "nothing that can be made": { read: () => "infeasible" },
  "nothing but faults": { read: () => "fault" },
  "nothing within the range of the instrument": { read: () => ({ below: 5 }) },
  "readings within the range and above it": { read: (i) => (i % 2 ? { above: 5 } : i) },
  "an uncertainty of nearly nothing": { read: (i) => ({ value: i, uncertainty: 1e-9 }) },
  "64 options, all alike": { draft: options("hamming"), read: (i) => i },
  "64 options, each with a weight": { draft: options("one-hot"), read: (i) => i },
  "a single design": {
    draft: { ...cube, parameters: [{ kind: "continuous", name: "a", min: 1, max: 1 }] },
    read: () => 1,
  },
};

test.each(Object.keys(cases))("whatever was read, the next proposal comes from the first on: %s", (name) => {
  const { draft = cube, read } = cases[name]!;
  const study = createStudy(draft, { seed: 3 });
  let asked = 0;
  for (let experiment = 0; experiment < 9; experiment++) {
    const [proposal] = study.ask();
    if (proposal === undefined) break;
    asked++;
    const value = read(experiment);
    const outcome: Trial["outcome"] =
      value === "infeasible" || value === "fault" ? { status: value } : { status: "measured", values: { y: value } };
    study.tell({ design: proposal.design, outcome });
  }
  expect(asked).toBe(9);
  const { best, proposals } = study.propose(2);
  expect(new Set(proposals.map(({ design }) => JSON.stringify(design))).size).toBe(proposals.length);
  const numbers = best === null ? [] : [best.expected.value, ...best.expected.interval90];
  expect(numbers.every(Number.isFinite)).toBe(true);
  expect(best === null).toBe(name === "nothing that can be made" || name === "nothing but faults");
});

test("of equal readings as little is known whatever they are: their rounding is no spread", () => {
  const widthOf = (value: number) => {
    const study = createStudy(cube, { seed: 3 });
    for (let i = 0; i < 6; i++) {
      const design = { x0: i / 5, x1: (i * 0.3) % 1, x2: 0.5 };
      study.tell({ design, outcome: { status: "measured", values: { y: value } } });
    }
    const [low, high] = study.propose().proposals[0]?.predicted?.["y"]?.interval90 ?? [0, 0];
    return (high - low) / value;
  };
  const expected = widthOf(1);
  expect(expected).toBeGreaterThan(0.01);
  for (const value of [3, 5, 6, 7, 10, 13, 1e-3, 1e3]) expect(widthOf(value)).toBeCloseTo(expected, 9);
});
