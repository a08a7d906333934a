import { type Design, Study, type StudyDraft, type Trial } from "@labloop/contracts";
import { expect, test } from "vitest";
import { openSpace } from "../../src/space/open-space.ts";
import type { Space } from "../../src/space/space.ts";
import { createStudy } from "../../src/study/create-study.ts";
import { proposed } from "../support/play.ts";

type Parameter = StudyDraft["parameters"][number];

const parameters: Parameter[] = ["a", "b"].map((name) => ({ kind: "continuous", name, min: 0, max: 1 }));
const objectives: StudyDraft["objectives"] = [{ name: "y", goal: "maximise" }];
const candidates = Array.from({ length: 36 }, (_, i): Design => ({ a: (i % 6) / 5, b: Math.floor(i / 6) / 5 }));

const constants: Record<string, readonly [Parameter, number | string]> = {
  "a range of one number": [{ kind: "continuous", name: "k", min: 5, max: 5 }, 5],
  "a step that is wider than the range": [{ kind: "continuous", name: "k", min: 5, max: 6, step: 4 }, 5],
  "a logarithmic range of one number": [{ kind: "continuous", name: "k", min: 5, max: 5, scale: "log" }, 5],
  "a whole number": [{ kind: "integer", name: "k", min: 2, max: 2 }, 2],
  "one level": [{ kind: "levels", name: "k", levels: [3] }, 3],
  "one level that has a name": [{ kind: "ordinal", name: "k", levels: ["only"] }, "only"],
  "one option": [{ kind: "categorical", name: "k", options: ["only"] }, "only"],
  "one option with a weight": [{ kind: "categorical", name: "k", options: ["only"], encoding: "one-hot" }, "only"],
};

function answered(draft: StudyDraft, designs: readonly Design[]) {
  const read = ({ a, b }: Design) => Number(a) * Number(b) - (Number(a) - 0.4) ** 2;
  const trials = designs
    .filter((_, i) => i % 4 === 0)
    .map((design): Trial => ({ design, outcome: { status: "measured", values: { y: read(design) } } }));
  return proposed({ study: Study.parse(draft), trials, pending: [], seed: 1, count: 2 });
}

test.each(Object.keys(constants))("what cannot be varied changes nothing and matters to no model: %s", (name) => {
  const [constant, value] = constants[name] as (typeof constants)[string];
  const without = answered({ parameters, objectives, candidates }, candidates);
  const designs = candidates.map((design): Design => ({ ...design, k: value }));
  const { proposals, models } = answered(
    { parameters: [constant, ...parameters], objectives, candidates: designs },
    designs,
  );
  expect(models).toEqual(without.models);
  expect(proposals.map(({ design }) => design)).toEqual(
    without.proposals.map(({ design }) => ({ ...design, k: value })),
  );
  expect(proposals.map(({ predicted }) => predicted)).toEqual(without.proposals.map(({ predicted }) => predicted));
  const importances = (own: typeof proposals) => own[0]?.explanation.find(({ aspect }) => aspect === "importances");
  expect(importances(proposals)).toEqual(importances(without.proposals));
});

test("a fixed part of a blend has no feature, and what was carried out far from it is none of the study's designs", () => {
  const draft: StudyDraft = {
    parameters: [...parameters, { kind: "continuous", name: "k", min: 0.1, max: 0.1 }],
    constraints: [{ kind: "mixture", of: ["a", "b", "k"] }],
    objectives,
  };
  const space = openSpace(Study.parse(draft)) as Space;
  expect(space.owners).toEqual(["a", "b"]);
  expect(space.admits({ a: 0.5, b: 0.39, k: 0.11 })).toBe(true);
  expect(space.admits({ a: 0.4, b: 0.4, k: 0.2 })).toBe(false);
  // The other parts tell that it was another: it is learned from.
  expect(space.sharesConstants({ a: 0.4, b: 0.4, k: 0.2 })).toBe(true);
});

test("a study in which nothing can be varied is asked like any other", () => {
  for (const [own] of Object.values(constants)) {
    const study = createStudy({ parameters: [own], objectives }, { seed: 1 });
    for (let i = 0; i < 4; i++) {
      const [proposal] = study.ask();
      study.tell({ design: proposal?.design as Design, outcome: { status: "measured", values: { y: i } } });
    }
    expect(study.best()?.expected.interval90.every(Number.isFinite)).toBe(true);
  }
});

test("what was made at another value of what the study does not vary is no reading of its designs, and it is said", () => {
  const fixed: Parameter = { kind: "continuous", name: "k", min: 60, max: 60 };
  const draft: StudyDraft = { parameters: [...parameters, fixed], objectives };
  const read = (design: Design, y: number, more: Partial<Trial> = {}): Trial => ({
    design,
    outcome: { status: "measured", values: { y } },
    ...more,
  });
  const own = [0.1, 0.3, 0.5, 0.7, 0.9].map((a, i) => read({ a, b: 0.5, k: 60 + i / 10 }, i));
  const ask = (...more: Trial[]) =>
    proposed({ study: Study.parse(draft), trials: [...own, ...more], pending: [], seed: 1, count: 1 });
  const leftOut = (answer: ReturnType<typeof ask>) =>
    answer.proposals[0]?.explanation.find(({ aspect }) => aspect === "left-out");
  const place = { a: 0.5, b: 0.5, k: 40 };
  const far = ask(read(place, 99));
  expect(far.models).toEqual(ask().models);
  expect(far.best?.design).toEqual({ a: 0.9, b: 0.5, k: 60.4 });
  expect(leftOut(far)).toMatchObject({ numbers: { measured: 5, learned: 5, elsewhere: 1 } });
  expect(leftOut(ask())).toBeUndefined();
  // What was asked for as the study has it tells of the study, wherever the instrument ended up; so does a related campaign.
  const beside = { ...place, b: 0.6 };
  const asked = ask(read(beside, 99, { requested: { ...beside, k: 60 } }));
  expect(asked.best?.design).toEqual(beside);
  expect(leftOut(asked)).toBeUndefined();
  expect(leftOut(ask(read(place, 99, { task: "colder" })))).toBeUndefined();
});
