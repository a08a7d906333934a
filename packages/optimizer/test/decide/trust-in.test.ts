import { expect, test } from "vitest";
import { hindsight } from "../../src/decide/hindsight.ts";
import { trustIn } from "../../src/decide/trust-in.ts";
import { fitModel, type Model } from "../../src/model/fit-model.ts";
import { createRandom } from "../../src/random/create-random.ts";
import { drawEvidence } from "../support/draw-evidence.ts";

const filled = (unevenness: number, hasNames = false) => ({ unevenness, hasNames });
const first = { underWay: 0, searchLeft: 1, filling: filled(1) };
const models = [1, 2, 3, 4].map((seed) => fitModel(drawEvidence(seed, 9, 0.4)) as Model);

test("a model whose picks would have been better is trusted more, whatever its skill", () => {
  const byHindsight = models.toSorted((a, b) => hindsight(a) - hindsight(b));
  const trusts = byHindsight.map((model) => trustIn(model, first));
  expect(trusts).toEqual(trusts.toSorted((a, b) => a - b));
  expect(new Set(trusts).size).toBe(models.length);
  for (const model of models) expect(trustIn({ ...model, skill: 0 }, first)).toBe(trustIn(model, first));
});

test("a model of what can be learned is trusted nearly always, one of noise every other time", () => {
  const seeds = Array.from({ length: 16 }, (_, seed) => seed + 1);
  const learned = seeds.map((seed) => trustIn(fitModel(drawEvidence(seed, 30, 0.05)) as Model, first));
  const noise = seeds.map((seed) => {
    // Another seed than that of the places: of one stream both are the noise is a function of them.
    const random = createRandom(1000 + seed);
    const evidence = drawEvidence(seed, 30, 0.05);
    return trustIn(fitModel({ ...evidence, values: evidence.values.map(() => random.normal()) }) as Model, first);
  });
  const mean = (trusts: readonly number[]) => trusts.reduce((sum, trust) => sum + trust, 0) / trusts.length;
  expect(mean(noise)).toBeLessThan(0.55);
  expect(mean(noise)).toBeGreaterThan(0.4);
  expect(mean(learned)).toBeGreaterThan(0.9);
});

test("the more evenly a list fills its space, the sooner a model is trusted, from one down to a half; of names never very soon", () => {
  for (const model of models) {
    const trusts = [0, 0.5, 0.6, 0.8, 1, 1.4].map((one) => trustIn(model, { ...first, filling: filled(one) }));
    expect(trusts).toEqual(trusts.toSorted((a, b) => b - a));
    expect(new Set(trusts).size).toBe(4);
    expect(trusts[0]).toBeGreaterThan(0.8);
    const named = [0, 0.8, 5 / 6, 1].map((one) => trustIn(model, { ...first, filling: filled(one, true) }));
    expect(named[1]).toBe(named[0]);
    expect(named[2]).toBeCloseTo(named[0] as number, 9);
    expect(named[3]).toBe(trusts[4]);
  }
});

test("in a list trust grows to certainty as the search runs out, in a drawn space it goes by skill alone", () => {
  for (const model of models) {
    const left = [1, 0.6, 0.2, 0].map((searchLeft) => trustIn(model, { ...first, searchLeft }));
    expect(left).toEqual(left.toSorted((a, b) => a - b));
    expect(left.at(-1)).toBe(1);
    const drawn = [1, 0].map((searchLeft) =>
      trustIn({ ...model, skill: 0.9 }, { underWay: 0, searchLeft, filling: null }),
    );
    for (const trust of drawn) expect(trust).toBeCloseTo(0.81, 12);
  }
});

test("beside designs under way it goes by skill, and a model without any is not trusted", () => {
  const [model] = models as [Model];
  const beside = (skill: number, one: number | null) =>
    trustIn({ ...model, skill }, { underWay: 1, searchLeft: 1, filling: one === null ? null : filled(one) });
  expect(beside(0.9, 0)).toBeCloseTo(0.9 ** 8, 12);
  const half = { underWay: 1, searchLeft: 0.5, filling: filled(0) };
  expect(trustIn({ ...model, skill: 0.9 }, half)).toBeCloseTo(0.9 ** 4, 12);
  expect(beside(0.9, null)).toBeCloseTo(0.81, 12);
  expect(beside(1.2, 1)).toBe(1);
  expect([beside(0, 0), beside(-0.4, null)]).toEqual([0, 0]);
});
