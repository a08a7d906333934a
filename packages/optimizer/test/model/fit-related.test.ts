import { expect, test } from "vitest";
import type { Evidence, RelatedEvidence } from "../../src/model/evidence.ts";
import { fitModel, type Model } from "../../src/model/fit-model.ts";
import { createRandom } from "../../src/random/create-random.ts";
import { drawEvidence, surface } from "../support/draw-evidence.ts";

const SEEDS = [1, 2, 3, 4, 5, 6];

function survey(seed: number, bend: (value: number) => number = (value) => value): RelatedEvidence {
  const { features, values } = drawEvidence(1000 + seed, 40);
  return { task: "earlier", features, values: values.map(bend) };
}

/** Mean over places of the squared error of the weighted mean, in units of the variance of the truth. */
function missed(model: Model | null, truth: (x: Float64Array) => number): number {
  const random = createRandom(77);
  const places = Array.from({ length: 60 }, () => Float64Array.of(random.uniform(), random.uniform()));
  const values = places.map(truth);
  const middle = values.reduce((sum, value) => sum + value / values.length, 0);
  let error = 0;
  let varied = 0;
  places.forEach((place, i) => {
    const told = model?.members.reduce(
      (sum, member, m) => sum + (model.weights[m] as number) * member.restore(member.predict(place).means[0] as number),
      0,
    );
    error += ((told as number) - (values[i] as number)) ** 2;
    varied += ((values[i] as number) - middle) ** 2;
  });
  return error / varied;
}

function meanMissed(evidenceOf: (seed: number) => Evidence, truth: (x: Float64Array) => number): number {
  return SEEDS.reduce((sum, seed) => sum + missed(fitModel(evidenceOf(seed)), truth) / SEEDS.length, 0);
}

function shuffled(values: readonly number[], seed: number): number[] {
  const random = createRandom(seed);
  return values
    .map((value) => ({ value, place: random.uniform() }))
    .sort((a, b) => a.place - b.place)
    .map(({ value }) => value);
}

test("without a reading of its own a campaign is told the surface of the related one, in its unit", () => {
  const empty = { features: [], groups: Int32Array.of(0, 1), values: [] };
  expect(fitModel(empty)).toBeNull();
  expect(meanMissed((seed) => ({ ...empty, related: [survey(seed)] }), surface)).toBeLessThan(0.2);
});

test("four readings and a related campaign on another level and scale predict better than four readings", () => {
  const truth = (x: Float64Array) => 40 + 6 * surface(x);
  const own = (seed: number) => {
    const { features, groups } = drawEvidence(seed, 4);
    return { features, groups, values: features.map(truth) };
  };
  const alone = meanMissed(own, truth);
  const helped = meanMissed((seed) => ({ ...own(seed), related: [survey(seed)] }), truth);
  expect(alone).toBeGreaterThan(0.4);
  expect(helped).toBeLessThan(0.6 * alone);
});

test("an unrelated campaign loses its say: with twelve readings it costs next to nothing, and hardly correlates", () => {
  const own = (seed: number) => drawEvidence(seed, 12);
  const unrelated = (seed: number): RelatedEvidence => {
    const source = survey(seed);
    return { ...source, values: shuffled(source.values, seed) };
  };
  const alone = meanMissed(own, surface);
  const beside = meanMissed((seed) => ({ ...own(seed), related: [unrelated(seed)] }), surface);
  expect(beside).toBeLessThan(alone + 0.05);
});

test("a campaign whose surface is the other way round is not followed", () => {
  for (const seed of SEEDS) {
    const evidence = { ...drawEvidence(seed, 15), related: [survey(seed, (value) => -value)] };
    const model = fitModel(evidence) as Model;
    const followed = model.members.reduce(
      (sum, { related }, m) => sum + (model.weights[m] as number) * (related[0]?.correlation ?? 0),
      0,
    );
    expect(followed).toBeLessThan(0.1);
  }
});

test("a related campaign that says which of its readings are unsure guides better than if it had not", () => {
  const own = (seed: number) => drawEvidence(seed, 4);
  const unsure = (seed: number, isSaid: boolean): RelatedEvidence => {
    const { task, features, values } = survey(seed);
    const wrong = (i: number) => i % 4 === 0;
    const uncertainties = values.map((_, i) => (wrong(i) ? 2 : 0.05));
    const shaken = values.map((value, i) => (wrong(i) ? value + (i % 8 === 0 ? 2 : -2) : value));
    return { task, features, values: shaken, ...(isSaid ? { uncertainties } : {}) };
  };
  const silent = meanMissed((seed) => ({ ...own(seed), related: [unsure(seed, false)] }), surface);
  const said = meanMissed((seed) => ({ ...own(seed), related: [unsure(seed, true)] }), surface);
  expect(said).toBeLessThan(0.8 * silent);
});

test("own readings that are said to be unsure do not take its say from a related campaign", () => {
  const own = (seed: number): Evidence => {
    const { features, groups, values } = drawEvidence(seed, 8);
    const uncertainties = values.map((_, i) => (i % 3 === 0 ? 1.5 : 0.05));
    return { features, groups, uncertainties, values: values.map((value, i) => (i % 3 === 0 ? value + 1.5 : value)) };
  };
  const drawing = SEEDS.reduce((sum, seed) => {
    const { members, weights } = fitModel({ ...own(seed), related: [survey(seed)] }) as Model;
    return sum + members.reduce((own, { related }, m) => own + (related.length > 0 ? weights[m]! : 0), 0);
  }, 0);
  expect(drawing / SEEDS.length).toBeGreaterThan(0.4);
  expect(meanMissed((seed) => ({ ...own(seed), related: [survey(seed)] }), surface)).toBeLessThan(
    0.5 * meanMissed(own, surface),
  );
});

test("the same readings in another order, own and related, give the same bits", () => {
  const evidence = { ...drawEvidence(3, 9), related: [survey(3)] };
  const turned = {
    ...evidence,
    features: evidence.features.toReversed(),
    values: evidence.values.toReversed(),
    related: evidence.related.map((one) => ({
      ...one,
      features: one.features.toReversed(),
      values: one.values.toReversed(),
    })),
  };
  const bits = (model: Model | null) =>
    model?.members.map((member) => [
      [...member.theta.lengthscales],
      member.looDensity,
      member.related,
      [...member.predict(Float64Array.of(0.2, 0.4)).means],
    ]);
  expect(bits(fitModel(turned))).toEqual(bits(fitModel(evidence)));
});

test("related readings without spread, at extreme scales, or of one design only do not make it fail", () => {
  const own = drawEvidence(5, 3);
  for (const values of [[0], [5, 5, 5], [1e300, -1e300, 1e299], [1e-300, 2e-300], [-3, 7, 1e12]]) {
    const features = values.map((_, i) => Float64Array.of(i / 4, 0.5));
    for (const evidence of [own, { ...own, features: [], values: [] }, drawEvidence(5, 1)]) {
      const model = fitModel({ ...evidence, related: [{ task: "odd", features, values }] });
      const { means, variances } = model?.members.at(-1)?.predict(Float64Array.of(0.3, 0.3)) ?? {};
      expect([...(means ?? [NaN]), ...(variances ?? [NaN])].every(Number.isFinite)).toBe(true);
    }
  }
});

test("a related reading as good as at the mean of all is not taken for the scale of its campaign", () => {
  const features = [0.2, 0.4].map((x) => Float64Array.of(x, 0.5));
  const groups = Int32Array.of(0, 1);
  for (const values of [[1e-323], [1e-300, 2e-300]]) {
    const related = [{ task: "odd", features: features.slice(0, values.length), values }];
    const model = fitModel({ features, values: [-1, 1], groups, related });
    const { means, variances } = model?.members.at(-1)?.predict(Float64Array.of(0.4, 0.5)) ?? {};
    expect(means?.[0]).toBeGreaterThan(0);
    expect(means?.[0]).toBeLessThan(1.5);
    expect(variances?.[0]).toBeLessThan(10);
  }
});
