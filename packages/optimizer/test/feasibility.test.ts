import { expect, test } from "vitest";
import { learnFeasibility } from "../src/feasibility/learn-feasibility.ts";
import { createRandom } from "../src/random/create-random.ts";

/** Attempts at random places of the unit square; those beyond the diagonal mostly fail. */
function drawAttempts(seed: number, count: number) {
  const random = createRandom(seed);
  const features = Array.from({ length: count }, () => Float64Array.of(random.uniform(), random.uniform()));
  const truth = features.map((x) => 1 / (1 + Math.exp(20 * (x[0]! + x[1]! - 1.2))));
  return { features, truth, feasible: truth.map((probability) => random.uniform() < probability) };
}

test("failures in one corner close that corner and not the other", () => {
  const classifier = learnFeasibility(drawAttempts(1, 40));
  expect(classifier.reach).toBeLessThan(1);
  expect(Math.exp(classifier.logProbability([0.95, 0.95]))).toBeLessThan(0.3);
  expect(Math.exp(classifier.logProbability([0.2, 0.2]))).toBeGreaterThan(0.8);
});

test("probabilities are calibrated: in every fifth of what is said, about so many designs succeed", () => {
  const said = new Float64Array(5);
  const happened = new Float64Array(5);
  const seen = new Float64Array(5);
  for (let seed = 0; seed < 30; seed++) {
    const classifier = learnFeasibility(drawAttempts(seed, 30));
    const { features, truth } = drawAttempts(1000 + seed, 60);
    features.forEach((place, i) => {
      const probability = Math.exp(classifier.logProbability(place));
      const bin = Math.min(4, Math.floor(probability * 5));
      said[bin]! += probability;
      happened[bin]! += truth[i]!;
      seen[bin]! += 1;
    });
  }
  for (let bin = 0; bin < 5; bin++) {
    if (seen[bin]! < 50) continue;
    expect(Math.abs(said[bin]! - happened[bin]!) / seen[bin]!).toBeLessThan(0.15);
  }
});

test("failures that have nothing to do with the place lower every place alike", () => {
  const random = createRandom(4);
  const { features } = drawAttempts(4, 40);
  const classifier = learnFeasibility({ features, feasible: features.map(() => random.uniform() < 0.7) });
  expect(classifier.reach).toBe(Number.POSITIVE_INFINITY);
  expect(classifier.logProbability([0, 0])).toBe(classifier.logProbability([1, 1]));
});

test("nothing is ever certain, whatever the attempts", () => {
  const features = Array.from({ length: 500 }, () => Float64Array.of(0.5));
  for (const good of [true, false]) {
    const classifier = learnFeasibility({ features, feasible: features.map(() => good) });
    expect(Math.exp(classifier.logProbability([0.5]))).toBeCloseTo(good ? 0.98 : 0.02, 12);
  }
  const unknown = learnFeasibility({ features: [], feasible: [] });
  expect([Math.exp(unknown.logProbability([0.5])), unknown.looLogScore]).toEqual([0.5, 0]);
});

test("the order of the attempts changes nothing but rounding", () => {
  const { features, feasible } = drawAttempts(8, 30);
  const there = learnFeasibility({ features, feasible });
  const back = learnFeasibility({ features: features.toReversed(), feasible: feasible.toReversed() });
  expect(back.reach).toBe(there.reach);
  expect(back.logProbability([0.4, 0.6])).toBeCloseTo(there.logProbability([0.4, 0.6]), 12);
});
