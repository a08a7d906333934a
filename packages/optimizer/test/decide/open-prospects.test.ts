import fc from "fast-check";
import { expect, test } from "vitest";
import { type Gain, openProspects } from "../../src/decide/open-prospects.ts";
import { outlook } from "../../src/decide/outlook.ts";
import { fitModel, type Model } from "../../src/model/fit-model.ts";
import { createRandom } from "../../src/random/create-random.ts";
import { drawEvidence } from "../support/draw-evidence.ts";

const COUNT = 90;
const random = createRandom(12);
const candidates = Array.from({ length: COUNT }, () => Float64Array.of(random.uniform(), random.uniform()));
const places = Float64Array.from(candidates.flatMap((place) => [...place]));
const rows = Int32Array.from(candidates, (_, i) => (i % 17 === 0 ? i % 5 : -1));

/** Every candidate worked out, as the prospects say they need not. */
function greatestOfAll({ members, weights }: Model, compared: readonly number[], gain: Gain) {
  let best = { position: 0, value: Number.NEGATIVE_INFINITY };
  compared.forEach((own, position) => {
    let value = 0;
    members.forEach((member, m) => {
      const { means, variances } = member.predict(candidates[own] as Float64Array);
      const { mean, spread } = outlook(member, rows[own] as number, means[0] as number, variances[0] as number);
      value += (weights[m] as number) * gain(position, mean, spread, m);
    });
    if (value > best.value) best = { position, value };
  });
  return best;
}

// Above 160 designs a model has one member with a glimpse, below it several without.
test.each([6, 40, 200])(
  "of a model of %i readings, what was left unworked could not have been chosen, bit for bit",
  (n) => {
    const model = fitModel(drawEvidence(n, n, 0.1)) as Model;
    expect(model.members.some(({ glimpse }) => glimpse !== null)).toBe(n > 160);
    fc.assert(
      fc.property(fc.nat(2 ** 31), fc.array(fc.boolean(), { minLength: 2, maxLength: 6 }), (seed, rules) => {
        const own = createRandom(seed);
        const prospects = openProspects(model, Int32Array.of(0, 1), places, rows);
        for (const bold of rules) {
          const compared = candidates.flatMap((_, i) => (own.uniform() < 0.7 ? [i] : []));
          const draws = compared.map(() => own.normal());
          const sum: Gain = (_, mean, spread) => mean + spread;
          const drawn: Gain = (position, mean, spread) => mean + spread * (draws[position] as number);
          const highest: Gain = (position, mean, spread) => mean + spread * Math.max(0, draws[position] as number);
          const found = bold ? prospects.greatest(compared, sum, sum) : prospects.greatest(compared, drawn, highest);
          expect(found).toEqual(greatestOfAll(model, compared, bold ? sum : drawn));
          for (const member of model.members)
            member.believe(candidates[compared[found.position] as number] as Float64Array);
          prospects.believed();
        }
        for (const member of model.members) member.forget();
      }),
      { numRuns: 25 },
    );
  },
);

test("of equal candidates the first is taken", () => {
  const model = fitModel(drawEvidence(3, 12)) as Model;
  const level: Gain = () => 1;
  const found = openProspects(model, Int32Array.of(0, 1), places, rows).greatest([5, 3, 8], level, level);
  expect(found.position).toBe(0);
  expect(found.value).toBeCloseTo(1, 12);
});

test("a glimpse has the means of a prediction to the bit and variances no smaller, whatever is believed", () => {
  const member = fitModel(drawEvidence(4, 300, 0.1))?.members[0];
  for (const believed of [null, ...candidates.slice(0, 5)]) {
    if (believed !== null) member?.believe(believed);
    const [glimpsed, exact] = [member?.glimpse?.(places), member?.predict(places)];
    expect(glimpsed?.means).toEqual(exact?.means);
    exact?.variances.forEach((variance, i) =>
      expect(variance).toBeLessThanOrEqual((glimpsed?.variances[i] ?? 0) + 1e-9),
    );
  }
});
