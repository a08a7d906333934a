import { expect, test } from "vitest";
import { logScalarisedGains } from "../../src/acquisition/scalarised-gain.ts";
import { createRandom } from "../../src/random/create-random.ts";
import { drawBeliefs, drawSamples } from "../support/draw-samples.ts";

const sampled = drawSamples(1, { samples: 64, designs: 12, objectives: 5, noise: 0.1 });

test("the same seed weighs alike, and batch slots of one stream weigh differently", () => {
  const beliefs = drawBeliefs(2, 60, 5);
  const gains = logScalarisedGains(sampled, beliefs, createRandom(3));
  expect(logScalarisedGains(sampled, beliefs, createRandom(3))).toEqual(gains);
  const stream = createRandom(3);
  const best = Array.from({ length: 30 }, () => {
    const slot = logScalarisedGains(sampled, beliefs, stream);
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
    const gains = [...logScalarisedGains(sampled, beliefs, createRandom(seed))];
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
  const gains = logScalarisedGains(sampled, beliefs, createRandom(9));
  const scaled = logScalarisedGains({ ...sampled, values }, moved, createRandom(9));
  scaled.forEach((gain, i) => expect(gain).toBeCloseTo(gains[i]!, 6));
});

test("where no design keeps the limits all gains are alike", () => {
  const values = sampled.values.map(() => Number.NEGATIVE_INFINITY);
  const gains = logScalarisedGains({ ...sampled, values }, drawBeliefs(5, 9, 5), createRandom(9));
  expect([...gains]).toEqual(Array.from({ length: 9 }, () => 0));
});
