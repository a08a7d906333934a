import { expect, test } from "vitest";
import { hindsight } from "../../src/decide/hindsight.ts";
import { trustIn } from "../../src/decide/trust-in.ts";
import { fitModel, type Model } from "../../src/model/fit-model.ts";
import { drawEvidence } from "../support/draw-evidence.ts";

const first = { underWay: 0, searchLeft: 1, drawn: false };
const models = [1, 2, 3, 4].map((seed) => fitModel(drawEvidence(seed, 9, 0.4)) as Model);

test("a model whose picks would have been better is trusted more, whatever its skill", () => {
  const byHindsight = models.toSorted((a, b) => hindsight(a) - hindsight(b));
  const trusts = byHindsight.map((model) => trustIn(model, first));
  expect(trusts).toEqual(trusts.toSorted((a, b) => a - b));
  expect(new Set(trusts).size).toBe(models.length);
  for (const model of models) expect(trustIn({ ...model, skill: 0 }, first)).toBe(trustIn(model, first));
});

test("in a list trust grows to certainty as the search runs out, in a drawn space it goes by skill alone", () => {
  for (const model of models) {
    const left = [1, 0.6, 0.2, 0].map((searchLeft) => trustIn(model, { ...first, searchLeft }));
    expect(left).toEqual(left.toSorted((a, b) => a - b));
    expect(left.at(-1)).toBe(1);
    const drawn = [1, 0].map((searchLeft) =>
      trustIn({ ...model, skill: 0.9 }, { underWay: 0, searchLeft, drawn: true }),
    );
    for (const trust of drawn) expect(trust).toBeCloseTo(0.81, 12);
  }
});

test("beside designs under way it goes by skill, and a model without any is not trusted", () => {
  const [model] = models as [Model];
  const beside = (skill: number, drawn: boolean) => trustIn({ ...model, skill }, { underWay: 1, searchLeft: 1, drawn });
  expect(beside(0.9, false)).toBeCloseTo(0.9 ** 8, 12);
  expect(beside(0.9, true)).toBeCloseTo(0.81, 12);
  expect(beside(1.2, false)).toBe(1);
  expect([beside(0, false), beside(-0.4, true)]).toEqual([0, 0]);
});
