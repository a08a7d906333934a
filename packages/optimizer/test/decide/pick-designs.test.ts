import fc from "fast-check";
import { expect, test } from "vitest";
import { pickDesigns, type Situation } from "../../src/decide/pick-designs.ts";
import { recommend } from "../../src/decide/recommend.ts";
import { fitModel } from "../../src/model/fit-model.ts";
import { createRandom } from "../../src/random/create-random.ts";
import { surface } from "../support/draw-evidence.ts";

const SIDE = 11;
const grid = Array.from({ length: SIDE * SIDE }, (_, i) =>
  Float64Array.of((i % SIDE) / (SIDE - 1), Math.floor(i / SIDE) / (SIDE - 1)),
);

function situation(
  history: readonly (readonly [number, number])[],
  pending: readonly number[],
  left?: number,
): Situation {
  return {
    evidence: {
      features: history.map(([index]) => grid[index] as Float64Array),
      groups: Int32Array.of(0, 1),
      values: history.map(([, value]) => value),
    },
    candidates: grid,
    measured: grid.map((_, index) => history.filter(([own]) => own === index).length),
    pending: pending.map((index) => grid[index] as Float64Array),
    taken: grid.map((_, index) => pending.includes(index)),
    chances: null,
    costOf: null,
    remaining: left,
  };
}

test("equal situations and seeds give equal picks", () => {
  const history = [3, 50, 77, 100, 9].map((index) => [index, surface(grid[index] as Float64Array)] as const);
  const pick = () =>
    pickDesigns(situation(history, [20]), 4, createRandom(5)).picks.map(({ index, choice }) => [index, choice?.value]);
  expect(pick()).toEqual(pick());
});

test("no pick is pending, picked twice or, before the budget nears its end, measured", () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.nat(grid.length - 1), { maxLength: 15 }),
      fc.uniqueArray(fc.nat(grid.length - 1), { maxLength: 5 }),
      fc.integer({ min: 1, max: 4 }),
      fc.nat(1000),
      (measured, pending, count, seed) => {
        const history = measured.map((index) => [index, surface(grid[index] as Float64Array)] as const);
        const { picks } = pickDesigns(situation(history, pending, 100), count, createRandom(seed));
        const indices = picks.map(({ index }) => index);
        expect(new Set(indices).size).toBe(count);
        for (const index of indices) {
          expect(pending).not.toContain(index);
          expect(measured).not.toContain(index);
        }
      },
    ),
    { numRuns: 25 },
  );
});

test("when everything was measured or is pending, what was measured is read again; when all is pending, nothing is picked", () => {
  const everything = grid.map((place, index) => [index, surface(place)] as const);
  expect(pickDesigns(situation(everything, [4]), 1, createRandom(1)).picks).toHaveLength(1);
  expect(
    pickDesigns(
      situation(
        [],
        grid.map((_, i) => i),
      ),
      1,
      createRandom(1),
    ).picks,
  ).toHaveLength(0);
});

test("twenty-five experiments find the top of a smooth hill among 121 designs, whatever the seed", () => {
  for (let seed = 0; seed < 5; seed++) {
    const history: [number, number][] = [];
    for (let step = 0; step < 25; step++) {
      const { picks } = pickDesigns(situation(history, [], 24 - step), 1, createRandom(100 * seed + step));
      const index = picks[0]?.index as number;
      history.push([index, surface(grid[index] as Float64Array)]);
    }
    const model = fitModel(situation(history, []).evidence);
    const best = model === null ? null : recommend(model, [...(model.members[0]?.readings.means.keys() ?? [])]);
    expect(best?.value).toBeGreaterThan(0.97);
    expect(best?.interval90[0]).toBeLessThanOrEqual(best?.value as number);
    expect(best?.interval90[1]).toBeGreaterThanOrEqual(best?.value as number);
  }
});
