import { expect, test } from "vitest";
import { logScalarisedGains } from "../../src/acquisition/scalarised-gain.ts";
import { createRandom } from "../../src/random/create-random.ts";
import { drawBeliefs, drawSamples } from "../support/draw-samples.ts";

const sampled = drawSamples(1, { samples: 64, designs: 12, objectives: 5, noise: 0.1 });

test("the same seed weighs alike, and batch slots of one stream weigh differently", () => {
  const beliefs = drawBeliefs(2, 60, 5);
  const gains = logScalarisedGains(sampled, beliefs, createRandom(3)).gainsOf(beliefs);
  expect(logScalarisedGains(sampled, beliefs, createRandom(3)).gainsOf(beliefs)).toEqual(gains);
  const stream = createRandom(3);
  const best = Array.from({ length: 30 }, () => {
    const slot = logScalarisedGains(sampled, beliefs, stream).gainsOf(beliefs);
    return slot.indexOf(Math.max(...slot));
  });
  expect(new Set(best).size).toBeGreaterThan(3);
});

test("being better in every objective gains more in every weighing, and no gain is lost to underflow", () => {
  const levels = [-1000, -30, -3, -1, 0, 1, 3];
  const beliefs = {
    means: Float64Array.from({ length: 35 }, (_, at) => levels[at % 7]!),
    variances: new Float64Array(35).fill(0.2),
  };
  for (let seed = 0; seed < 20; seed++) {
    const gains = [...logScalarisedGains(sampled, beliefs, createRandom(seed)).gainsOf(beliefs)];
    expect(gains.every(Number.isFinite)).toBe(true);
    expect(gains).toEqual(gains.toSorted((a, b) => a - b));
  }
});

test("the unit and the origin of an objective do not change the order of the candidates", () => {
  const beliefs = drawBeliefs(5, 40, 5);
  const scale = (j: number) => [1, 100, 0.01, 7, 1e6][j]!;
  const moved = {
    means: beliefs.means.map((mean, at) => scale(Math.floor(at / 40)) * mean + 3),
    variances: beliefs.variances.map((variance, at) => scale(Math.floor(at / 40)) ** 2 * variance),
  };
  const values = sampled.values.map((value, at) => scale(at % 5) * value + 3);
  const gains = logScalarisedGains(sampled, beliefs, createRandom(9)).gainsOf(beliefs);
  const scaled = logScalarisedGains({ ...sampled, values }, moved, createRandom(9)).gainsOf(moved);
  scaled.forEach((gain, i) => expect(gain).toBeCloseTo(gains[i]!, 6));
});

test("where no design keeps the limits all gains are alike", () => {
  const values = sampled.values.map(() => Number.NEGATIVE_INFINITY);
  const beliefs = drawBeliefs(5, 9, 5);
  const gains = logScalarisedGains({ ...sampled, values }, beliefs, createRandom(9)).gainsOf(beliefs);
  expect([...gains]).toEqual(Array.from({ length: 9 }, () => 0));
});

test("a certain candidate gains its rise in the augmented Chebyshev value over the best design", () => {
  const rows = [
    [0, 1, 2],
    [1, 3, 0],
  ];
  const random = createRandom(17);
  const raw = Array.from({ length: 3 }, () => -Math.log(1 - random.uniform()));
  const total = raw.reduce((sum, value) => sum + value, 0);
  const value = (outcome: readonly number[]) => {
    // Best of either design and their range, per objective.
    const scales = [
      [1, 1],
      [3, 2],
      [2, 2],
    ] as const;
    const short = outcome.map((y, j) => ((raw[j]! / total) * (scales[j]![0] - y)) / scales[j]![1]);
    return -Math.max(...short) - 0.05 * short.reduce((sum, part) => sum + part, 0);
  };
  const certain = { samples: 1, designs: 2, objectives: 3, values: Float64Array.from(rows.flat()) };
  const beliefs = { means: Float64Array.of(2, 4, 3), variances: new Float64Array(3) };
  const [gain] = logScalarisedGains(certain, beliefs, createRandom(17)).gainsOf(beliefs);
  expect(Math.exp(gain!)).toBeCloseTo(value([2, 4, 3]) - Math.max(...rows.map(value)), 6);
});

test("an objective that all designs share but for rounding weighs as one that they share", () => {
  const beliefs = drawBeliefs(7, 40, 5);
  const shared = (noise: number) => ({
    ...sampled,
    values: sampled.values.map((value, at) => (at % 5 === 2 ? noise * value : value)),
  });
  const gains = logScalarisedGains(shared(1e-310), beliefs, createRandom(3)).gainsOf(beliefs);
  expect([...gains].every(Number.isFinite)).toBe(true);
  expect(gains).toEqual(logScalarisedGains(shared(0), beliefs, createRandom(3)).gainsOf(beliefs));
});
