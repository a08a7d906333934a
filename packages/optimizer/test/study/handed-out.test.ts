import type { Design, StudyDraft } from "@labloop/contracts";
import { expect, test } from "vitest";
import { exampleDesigns } from "../../src/space/example-designs.ts";
import { createStudy, type OpenStudy } from "../../src/study/create-study.ts";

const objectives = [{ name: "y", goal: "maximise" as const }];
const parameters = [{ kind: "integer" as const, name: "x", min: 0, max: 9 }];
const listed = { parameters, candidates: [1, 2, 3].map((x) => ({ x })) };

/** Changes every design that a study hands out. */
function spoil(study: OpenStudy): void {
  const answer = study.propose(3);
  const designs = [
    ...answer.proposals.map(({ design }) => design),
    ...(answer.best === null ? [] : [answer.best.design]),
    ...(answer.front ?? []).map(({ design }) => design),
    ...study.trials.map(({ design }) => design),
    ...study.pending,
    ...study.toJson().trials.map(({ design }) => design),
    ...study.toJson().pending,
  ];
  for (const design of designs) design["x"] = 7;
  const examples = exampleDesigns(study.toJson().study, 3);
  for (const design of examples as Design[]) design["x"] = 7;
}

test.each<[string, Omit<StudyDraft, "objectives">]>([
  ["a list", listed],
  ["a space", { parameters }],
  ["a front", { ...listed, constraints: [] }],
])("of %s, whoever changes a design that was handed out changes the study by nothing", (name, draft) => {
  const wanted = name === "a front" ? [...objectives, { name: "z", goal: "minimise" as const }] : objectives;
  const open = () => createStudy({ ...draft, objectives: wanted }, { seed: 1 });
  const [study, untouched] = [open(), open()];
  for (let i = 0; i < 3; i++) {
    const [expected] = untouched.ask();
    const [proposal] = study.ask();
    expect(proposal).toEqual(expected);
    const design = { ...proposal!.design };
    proposal!.design["x"] = 7;
    spoil(study);
    expect(study.pending).toEqual(untouched.pending);
    const outcome = { status: "measured" as const, values: { y: i, z: i * i } };
    study.tell({ design, outcome });
    untouched.tell({ design, outcome });
    spoil(study);
    expect(study.toJson()).toEqual(untouched.toJson());
    expect(study.propose(2).hash).toBe(untouched.propose(2).hash);
  }
});

test("a design of a person's own is taken as it was when it was begun", () => {
  const study = createStudy({ parameters, objectives }, { seed: 1 });
  const design = { x: 3 };
  study.begin(design);
  design.x = 7;
  expect(study.pending).toEqual([{ x: 3 }]);
});
