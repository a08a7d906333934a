import fc from "fast-check";
import { expect, test } from "vitest";
import type { Gain } from "../../src/decide/gains.ts";
import { gainsAt } from "../../src/decide/gains-at.ts";
import { openProspects } from "../../src/decide/open-prospects.ts";
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
  let best: { equals: number[]; value: number } = { equals: [], value: Number.NEGATIVE_INFINITY };
  compared.forEach((own, position) => {
    let value = 0;
    members.forEach((member, m) => {
      const { means, variances } = member.predict(candidates[own] as Float64Array);
      const { mean, spread } = outlook(member, rows[own] as number, means[0] as number, variances[0] as number);
      value += (weights[m] as number) * gain(position, mean, spread, m);
    });
    if (value === best.value) best.equals.push(position);
    if (value > best.value) best = { equals: [position], value };
  });
  return best;
}

/** The weighted sum of mean and spread at a place. */
function gainOf({ members, weights }: Model, place: Float64Array): number {
  return members.reduce((sum, member, m) => {
    const { means, variances } = member.predict(place);
    return sum + (weights[m] as number) * ((means[0] as number) + Math.sqrt(variances[0] as number));
  }, 0);
}

// Above 200 designs a model has one member with a glimpse, below it several without.
test.each([6, 40, 260])(
  "of a model of %i readings, what was left unworked could not have been chosen, bit for bit",
  (n) => {
    const model = fitModel(drawEvidence(n, n, 0.1)) as Model;
    expect(model.members.some(({ glimpse }) => glimpse !== null)).toBe(n > 200);
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
          const gains = bold ? { gain: sum, ceiling: sum, rest: null } : { gain: drawn, ceiling: highest, rest: null };
          const found = prospects.greatest(compared, gains);
          expect(found).toEqual(greatestOfAll(model, compared, bold ? sum : drawn));
          for (const member of model.members)
            member.believe(candidates[compared[found.equals[0] as number] as number] as Float64Array);
          prospects.believed();
        }
        for (const member of model.members) member.forget();
      }),
      { numRuns: 25 },
    );
  },
);

test.each([40, 260])(
  "of a model of %i readings, other places are told their gain, or that one above the bar promises more",
  (n) => {
    const model = fitModel(drawEvidence(n, n, 0.1)) as Model;
    const gain: Gain = (_, mean, spread) => mean + spread;
    fc.assert(
      fc.property(fc.nat(2 ** 31), fc.double({ min: -1, max: 2, noNaN: true }), (seed, bar) => {
        const own = createRandom(seed);
        const others = Array.from({ length: 40 }, () => Float64Array.of(own.uniform(), own.uniform()));
        const flat = Float64Array.from(others.flatMap((place) => [...place]));
        const told = gainsAt(model, flat, 2, { gain, ceiling: gain, rest: null }, bar);
        const exact = others.map((place) => gainOf(model, place));
        const most = Math.max(bar, ...exact);
        exact.forEach((value, i) => {
          if (told[i] === Number.NEGATIVE_INFINITY) expect(value).toBeLessThan(most);
          else expect(told[i]).toBe(value);
        });
        expect(Math.max(bar, ...told)).toBe(most);
      }),
      { numRuns: 25 },
    );
  },
);

test.each([12, 260])(
  "of a model of %i readings all candidates that are equally good are told, as they are compared",
  (n) => {
    const model = fitModel(drawEvidence(3, n, 0.1)) as Model;
    // Those compared last are looked at first, where anything is left unworked.
    const gains = { gain: () => 1, ceiling: (position: number) => 2 + position, rest: null };
    const found = openProspects(model, Int32Array.of(0, 1), places, rows).greatest([5, 3, 8], gains);
    expect(found.equals).toEqual([0, 1, 2]);
    expect(found.value).toBeCloseTo(1, 12);
  },
);

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
