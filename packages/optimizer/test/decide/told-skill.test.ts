import { expect, test } from "vitest";
import { expectedAt } from "../../src/decide/describe-model.ts";
import { toldSkill } from "../../src/decide/told-skill.ts";
import { fitModel, type Model } from "../../src/model/fit-model.ts";
import { createRandom } from "../../src/random/create-random.ts";

const WIDTH = 4;

test("as much of what was not measured is told to be predicted as is, of few readings too", () => {
  const random = createRandom(3);
  const sums = { told: 0, came: 0, flattered: 0 };
  const labs = 30;
  for (let lab = 0; lab < labs; lab++) {
    const turns = Array.from({ length: WIDTH }, () => 3 * (2 * random.uniform() - 1));
    const phase = 6 * random.uniform();
    const draw = () => Float64Array.from({ length: WIDTH }, () => random.uniform());
    const read = (place: Float64Array) =>
      Math.sin(place.reduce((sum, x, k) => sum + (turns[k] as number) * x, phase)) + 0.1 * random.normal();
    const features = Array.from({ length: 8 }, draw);
    const groups = Int32Array.from({ length: WIDTH }, (_, k) => k);
    const model = fitModel({ features, groups, values: features.map(read) }) as Model;
    const places = Array.from({ length: 40 }, draw);
    const values = places.map(read);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const squares = (from: (i: number) => number) => values.reduce((sum, value, i) => sum + (value - from(i)) ** 2, 0);
    const missed = squares((i) => expectedAt(model, places[i] as Float64Array).value);
    sums.came += Math.max(-1, 1 - missed / squares(() => mean)) / labs;
    sums.told += Math.max(-1, toldSkill(model)) / labs;
    sums.flattered += model.skill / labs;
  }
  expect(sums.flattered - sums.came).toBeGreaterThan(0.25);
  expect(Math.abs(sums.told - sums.came)).toBeLessThan(0.15);
});

test("what comes of other readings or of networks is told as it was judged, and of very many readings all is", () => {
  const theta = { lengthscales: Float64Array.of(1, 1) };
  const model = (count: number, own: object) =>
    ({
      weights: [1],
      members: [{ family: "rbf", related: [], readings: { count }, theta, looSkill: 0.5, ...own }],
    }) as unknown as Model;
  expect(toldSkill(model(8, {}))).toBeCloseTo(0.25, 12);
  expect(toldSkill(model(8, { related: [{ task: "spring", correlation: 0.9 }] }))).toBe(0.5);
  expect(toldSkill(model(8, { family: "neural-ensemble" }))).toBe(0.5);
  expect(toldSkill(model(2000, {}))).toBeGreaterThan(0.49);
});
