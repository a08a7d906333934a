import { type Design, Study } from "@labloop/contracts";
import { expect, test } from "vitest";
import { bestWorth } from "../../src/decide/best-worth.ts";
import { viewQuantity } from "../../src/decide/outcome-beliefs.ts";
import { sharedRows } from "../../src/decide/shared-rows.ts";
import { fitModel, type Model } from "../../src/model/fit-model.ts";
import { drawEvidence } from "../support/draw-evidence.ts";
import { measured, proposed } from "../support/play.ts";

test("the interval of a worth that hardly any draw has reaches to its mean", () => {
  const model = fitModel(drawEvidence(1, 20)) as Model;
  const views = [viewQuantity(model)];
  let draws = 0;
  // Of every 100 draws one is worth something.
  const { value, interval90 } = bestWorth(views, sharedRows([model]).slice(0, 1), () => (draws++ % 100 === 0 ? 1 : 0));
  expect(value).toBeGreaterThan(0);
  expect(interval90[0]).toBeLessThanOrEqual(value);
  expect(interval90[1]).toBeGreaterThanOrEqual(value);
});

test("of equal readings the same is proposed and said in any unit of theirs", () => {
  const design: Design = { a: 0.3 };
  const answer = (unit: number) => {
    const study = Study.parse({
      parameters: [{ kind: "continuous", name: "a", min: 0, max: 1 }],
      objectives: [{ name: "y", goal: "maximise", desirability: { worst: 0, best: 4 * unit } }],
    });
    const trials = [measured(design, { y: unit }), measured(design, { y: unit })];
    const [proposal] = proposed({ study, trials, pending: [], seed: 1 }).proposals;
    return { design: proposal?.design, said: proposal?.explanation };
  };
  expect(answer(1024)).toEqual(answer(1));
  expect(answer(1 / 1024)).toEqual(answer(1));
});

test("the interval of a desirability is as wide as that of the quantity which it is of", () => {
  const plain = Study.parse({
    parameters: ["a", "b"].map((name) => ({ kind: "continuous", name, min: 0, max: 1 })),
    objectives: [{ name: "y", goal: "maximise" }],
  });
  const scaled = {
    ...plain,
    objectives: [{ ...plain.objectives[0]!, desirability: { worst: -50, best: 50, weight: 1 } }],
  };
  for (const count of [5, 9]) {
    const { features, values } = drawEvidence(count, count, 0.3);
    const trials = features.map(([a, b], i) =>
      measured({ a: a as number, b: b as number }, { y: values[i] as number }),
    );
    const widthOf = (study: Study) => {
      const [low, high] = proposed({ study, trials, pending: [], seed: 1 }).best!.expected.interval90;
      return high - low;
    };
    expect((100 * widthOf(scaled)) / widthOf(plain)).toBeGreaterThan(0.75);
    expect((100 * widthOf(scaled)) / widthOf(plain)).toBeLessThan(1.3);
  }
});
