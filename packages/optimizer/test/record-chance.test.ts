import { Study } from "@labloop/contracts";
import fc from "fast-check";
import { expect, test } from "vitest";
import { tellAhead } from "../src/decide/tell-ahead.ts";
import { createStudy } from "../src/index.ts";
import { fitModel, type Model } from "../src/model/fit-model.ts";
import { createRandom } from "../src/random/create-random.ts";
import { poolChances } from "../src/stopping/pool-chances.ts";
import { recordChance } from "../src/stopping/record-chance.ts";
import { drawEvidence } from "./support/draw-evidence.ts";

const best = (values: readonly number[]) => values.reduce((most, own) => Math.max(most, own));

test("what is told of draws alone comes as often as it is told, whatever their scale, of thin tails and of thicker ones", () => {
  const random = createRandom(11);
  const exponential = () => -Math.log(1 - random.uniform());
  for (const draw of [exponential, () => 1e6 - 40 * exponential() ** 0.5, () => random.normal()]) {
    const spread = draw === exponential ? 1 : Math.abs(draw() - draw());
    for (const gain of [0, 0.5 * spread]) {
      let [told, came] = [0, 0];
      const rounds = 4000;
      for (let round = 0; round < rounds; round++) {
        const before = Array.from({ length: 20 }, draw);
        told += recordChance(before, 20, 10, gain) ?? Number.NaN;
        if (best(Array.from({ length: 10 }, draw)) > best(before) + gain) came++;
      }
      expect.soft(Math.abs(told - came) / rounds).toBeLessThan(0.05);
    }
  }
});

test("a record becomes less likely with the gain and with what was made before, more likely with what is still made, and no unit changes it", () => {
  const values = fc.array(fc.integer({ min: -1000, max: 1000 }), { minLength: 5, maxLength: 40 });
  const step = fc.integer({ min: 0, max: 1000 });
  fc.assert(
    fc.property(values, step, step, fc.integer({ min: 1, max: 30 }), (read, gain, more, experiments) => {
      const told = (own: readonly number[], at: number, made: number, count: number) =>
        recordChance(own, made, count, at) ?? -1;
      const own = told(read, gain, read.length, experiments);
      const rounding = 1e-12;
      expect(told(read, gain + more, read.length, experiments)).toBeLessThanOrEqual(own + rounding);
      expect(told(read, gain, read.length + 3, experiments)).toBeLessThanOrEqual(own + rounding);
      expect(told(read, gain, read.length, experiments + 1)).toBeGreaterThanOrEqual(own - rounding);
      expect(told(read.toReversed(), gain, read.length, experiments)).toBe(own);
      const scaled = read.map((value) => 1024 * value);
      expect(told(scaled, 1024 * gain, read.length, experiments)).toBeCloseTo(own, 9);
      expect(own).toBeLessThanOrEqual(experiments / (read.length + experiments) + rounding);
    }),
  );
});

test("of readings that are all the same nothing is told, and of many that share the best no gain", () => {
  expect(recordChance([3, 3, 3, 3, 3], 5, 10, 0)).toBeNull();
  expect(recordChance([3], 1, 10, 0)).toBeNull();
  expect(recordChance([3, 3, 3, 3, 1, 2, 0, 1, 2], 9, 10, 0)).toBe(0);
  expect(recordChance([1e308, -1e308, 0, 1, 2], 5, 10, 1)).toBeCloseTo(10 / 15, 6);
});

const study = {
  parameters: [
    { kind: "continuous" as const, name: "x", min: 0, max: 1 },
    { kind: "continuous" as const, name: "y", min: 0, max: 1 },
  ],
  objectives: [{ name: "z", goal: "maximise" as const }],
};

/** What is told of ten more experiments after so many that read what `valueOf` draws. */
function toldAfter(measured: number, valueOf: (uniform: () => number) => number): number {
  const random = createRandom(3);
  const own = createStudy(study, { seed: 3 });
  const design = () => ({ x: random.uniform(), y: random.uniform() });
  for (let i = 0; i < measured; i++) {
    const z = valueOf(() => random.uniform());
    own.tell({ design: design(), outcome: { status: "measured", values: { z } } });
  }
  return own.lookAhead({ experiments: 10 })?.chance ?? Number.NaN;
}

test("where a score ends that many designs have, little is promised beyond it, and more where the readings go on", () => {
  const score = (uniform: () => number) => Math.min(4, 1 + Math.floor(6 * uniform()));
  expect(toldAfter(25, score)).toBeLessThan(0.15);
  expect(toldAfter(25, (uniform) => 1 + 6 * uniform())).toBeGreaterThan(0.15);
});

test("designs that could not be made count as made, since those to come may fail as well", () => {
  const evidence = drawEvidence(5, 14);
  const model = fitModel(evidence) as Model;
  const leaders = Array.from(model.members[0]?.readings.means ?? [], (_, row) => row);
  const candidates = Array.from({ length: 30 }, (_, i) => Float64Array.of(i / 29, 1 - i / 29));
  const tellable = Study.parse(study);
  const chanceOf = (unread: number) => {
    const known = { study: tellable, model, leaders, chances: null, candidates, unread };
    const answer = { proposals: [], best: null, models: [], explanation: [] };
    const question = { experiments: 10, gain: 0, confidence: 0.95 };
    return tellAhead(answer, known, question, createRandom(3)).ahead?.chance ?? Number.NaN;
  };
  expect(chanceOf(30)).toBeLessThan(chanceOf(0) - 0.1);
});

test("two opinions that agree stay as they are, one has as much say as the other, and none rules out what the other sees", () => {
  const chance = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(chance, chance, (one, other) => {
      const together = poolChances(one, other);
      expect(together).toBe(poolChances(other, one));
      expect(together).toBeCloseTo(1 - poolChances(1 - one, 1 - other), 12);
      expect(together).toBeGreaterThan(0);
      expect(together).toBeLessThan(1);
      const [low, high] = [Math.min(one, other), Math.max(one, other)];
      if (low > 0.01 && high < 0.99) {
        expect(together).toBeGreaterThanOrEqual(low - 1e-12);
        expect(together).toBeLessThanOrEqual(high + 1e-12);
      }
    }),
  );
  expect(poolChances(0.25, 0.25)).toBeCloseTo(0.25, 12);
  expect(poolChances(0.9, 0.1)).toBeCloseTo(0.5, 12);
});
