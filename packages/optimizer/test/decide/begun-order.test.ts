import { type Design, Study, type StudyDraft } from "@labloop/contracts";
import { expect, test } from "vitest";
import { measured, proposed } from "../support/play.ts";

const parameters: StudyDraft["parameters"] = ["a", "b"].map((name) => ({ kind: "continuous", name, min: 0, max: 1 }));
const designs = Array.from({ length: 14 }, (_, i): Design => ({ a: (i * Math.SQRT2) % 1, b: (i * Math.sqrt(3)) % 1 }));
const pending: readonly Design[] = [
  { a: 0.9, b: 0.2 },
  { a: 0.3, b: 0.7 },
  { a: 0.6, b: 0.5 },
];

const drafts: Record<string, Omit<StudyDraft, "parameters">> = {
  "one objective with a bound": {
    objectives: [{ name: "y", goal: "maximise" }],
    outcomeConstraints: [{ name: "z", max: 0.4 }],
  },
  "a front": {
    objectives: [
      { name: "y", goal: "maximise" },
      { name: "z", goal: "minimise" },
    ],
  },
  "a desirability": { objectives: [{ name: "y", goal: "maximise", desirability: { worst: -1, best: 1 } }] },
};

test.each(Object.keys(drafts))("what is proposed does not depend on which design was begun first: %s", (name) => {
  const study = Study.parse({ parameters, ...drafts[name] });
  const trials = designs.map((design) => {
    const [a, b] = [Number(design["a"]), Number(design["b"])];
    return measured(design, { y: a * b - (a - 0.4) ** 2, z: (b - 0.3) ** 2 + a * a });
  });
  for (let seed = 1; seed <= 4; seed++) {
    const answer = (order: readonly Design[]) => proposed({ study, trials, pending: order, seed, count: 2 }).proposals;
    expect(answer(pending.toReversed())).toEqual(answer(pending));
  }
});
