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
