import { expect, test } from "vitest";
import { learnFeasibility } from "../src/feasibility/learn-feasibility.ts";
import { createRandom } from "../src/random/create-random.ts";

const square = Int32Array.of(0, 1);

/** Attempts at random places of the unit square; those beyond the diagonal mostly fail. */
function drawAttempts(seed: number, count: number) {
  const random = createRandom(seed);
  const features = Array.from({ length: count }, () => Float64Array.of(random.uniform(), random.uniform()));
  const truth = features.map((x) => 1 / (1 + Math.exp(20 * (x[0]! + x[1]! - 1.2))));
  return { features, groups: square, truth, feasible: truth.map((probability) => random.uniform() < probability) };
}

type Classifier = ReturnType<typeof learnFeasibility>;

const probabilityAt = (classifier: Classifier, ...place: number[]) =>
  Math.exp(classifier.logProbabilities(Float64Array.from(place))[0]!);

test("failures in one corner close that corner and not the other", () => {
  const classifier = learnFeasibility(drawAttempts(1, 40));
  expect(classifier.placed).toBeGreaterThan(0.9);
  expect(probabilityAt(classifier, 0.95, 0.95)).toBeLessThan(0.3);
  expect(probabilityAt(classifier, 0.2, 0.2)).toBeGreaterThan(0.8);
});

test("a border across one of four inputs is found wherever the others are", () => {
  let right = 0;
  for (let seed = 0; seed < 10; seed++) {
    const random = createRandom(seed);
    const draw = () => Float64Array.from({ length: 4 }, () => random.uniform());
    const features = Array.from({ length: 30 }, draw);
    const feasible = features.map((x) => x[0]! < 0.6);
    const classifier = learnFeasibility({ features, groups: Int32Array.of(0, 1, 2, 3), feasible });
    for (let i = 0; i < 100; i++) {
      const place = draw();
      if (Math.abs(place[0]! - 0.6) < 0.1) continue;
      if (probabilityAt(classifier, ...place) > 0.5 === place[0]! < 0.6) right++;
    }
  }
  expect(right).toBeGreaterThan(0.97 * 800);
});

test("probabilities are calibrated: in every fifth of what is said, about so many designs succeed", () => {
  const said = new Float64Array(5);
  const happened = new Float64Array(5);
  const seen = new Float64Array(5);
  for (let seed = 0; seed < 30; seed++) {
    const classifier = learnFeasibility(drawAttempts(seed, 30));
    const { features, truth } = drawAttempts(1000 + seed, 60);
    features.forEach((place, i) => {
      const probability = probabilityAt(classifier, ...place);
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

test("failures that have nothing to do with the place lower every place nearly alike", () => {
  let apart = 0;
  for (let seed = 0; seed < 10; seed++) {
    const random = createRandom(seed);
    const { features } = drawAttempts(seed, 40);
    const feasible = features.map((_, i) => (seed % 2 === 0 ? random.uniform() < 0.7 : i >= 3));
    const classifier = learnFeasibility({ features, groups: square, feasible });
    apart += Math.abs(probabilityAt(classifier, 0, 0) - probabilityAt(classifier, 1, 1)) / 10;
  }
  expect(apart).toBeLessThan(0.1);
});

test("nothing is ever certain, whatever the attempts", () => {
  const features = Array.from({ length: 500 }, () => Float64Array.of(0.5));
  const groups = Int32Array.of(0);
  for (const good of [true, false]) {
    const classifier = learnFeasibility({ features, groups, feasible: features.map(() => good) });
    expect(probabilityAt(classifier, 0.5)).toBeCloseTo(good ? 0.98 : 0.02, 12);
  }
  const unknown = learnFeasibility({ features: [], groups, feasible: [] });
  expect([probabilityAt(unknown, 0.5), unknown.placed]).toEqual([0.5, 0]);
});

test("the order of the attempts changes nothing but rounding", () => {
  const { features, feasible } = drawAttempts(8, 30);
  const there = learnFeasibility({ features, groups: square, feasible });
  const back = learnFeasibility({ features: features.toReversed(), groups: square, feasible: feasible.toReversed() });
  expect(back.placed).toBeCloseTo(there.placed, 12);
  expect(probabilityAt(back, 0.4, 0.6)).toBeCloseTo(probabilityAt(there, 0.4, 0.6), 12);
});
