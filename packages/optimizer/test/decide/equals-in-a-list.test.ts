import { Study, type Trial } from "@labloop/contracts";
import { expect, test } from "vitest";
import { proposeDesigns } from "../../src/index.ts";

const additives = Array.from({ length: 24 }, (_, i) => `additive ${i}`);
const bases = ["weak", "strong"];
const listed = bases.flatMap((base) => additives.map((additive) => ({ base, additive })));
const study = Study.parse({
  parameters: [
    { kind: "categorical", name: "base", options: bases },
    { kind: "categorical", name: "additive", options: additives },
  ],
  objectives: [{ name: "yield", goal: "maximise" }],
  candidates: listed,
});
const SEEDS = Array.from({ length: 40 }, (_, seed) => seed);

// The strong base is better whatever is added: which other additive to try with it nothing tells.
const tried: Trial[] = listed
  .filter((_, i) => i % 4 === 3)
  .map((design) => ({
    design,
    outcome: { status: "measured", values: { yield: design.base === "strong" ? 70 : 20 } },
  }));

test("of equals in a list any may be picked, not the first, though a model believes what it expects", () => {
  const picks = SEEDS.map((seed) => {
    const answer = proposeDesigns({ study, trials: tried, pending: [], seed, count: 1 });
    if (Array.isArray(answer)) throw new Error(JSON.stringify(answer));
    return answer.proposals[0];
  });
  const believed = picks.filter((pick) => pick?.acquisition.name === "expected-improvement");
  expect(believed.length).toBeGreaterThan(10);
  expect(new Set(believed.map((pick) => pick?.design["base"]))).toEqual(new Set(["strong"]));
  const places = believed.map((pick) => additives.indexOf(String(pick?.design["additive"])));
  expect(new Set(places).size).toBeGreaterThan(8);
  expect(places.filter((place) => place >= additives.length / 2).length).toBeGreaterThan(believed.length / 5);
});

test.each([1, 2])(
  "while none of %i objectives keeps its bounds, of equally likely designs any may be picked",
  (many) => {
    const objectives = ["yield", "purity"].slice(0, many).map((name) => ({ name, goal: "maximise" as const }));
    const bounded = Study.parse({ ...study, objectives, outcomeConstraints: [{ name: "yield", min: 90 }] });
    const trials = tried.map((trial, i): Trial => {
      const read = trial.design["base"] === "strong" ? 70 : 20;
      return { ...trial, outcome: { status: "measured", values: { yield: read, ...(many > 1 ? { purity: i } : {}) } } };
    });
    const picks = SEEDS.map((seed) => {
      const answer = proposeDesigns({ study: bounded, trials, pending: [], seed, count: 1 });
      if (Array.isArray(answer)) throw new Error(JSON.stringify(answer));
      return answer.proposals[0];
    });
    expect(new Set(picks.map((pick) => pick?.acquisition.name))).toEqual(new Set(["feasibility"]));
    expect(new Set(picks.map((pick) => pick?.design["additive"])).size).toBeGreaterThan(8);
  },
);
