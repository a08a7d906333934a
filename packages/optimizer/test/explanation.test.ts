import { expect, test } from "vitest";
import { logExpectedImprovement } from "../src/acquisition/log-expected-improvement.ts";
import { explainCalibration } from "../src/explanation/explain-calibration.ts";
import { explainImportances } from "../src/explanation/explain-importances.ts";
import { explainNeighbours } from "../src/explanation/explain-neighbours.ts";
import { explainSplit } from "../src/explanation/explain-split.ts";
import { explainSwap } from "../src/explanation/explain-swap.ts";
import { createRandom } from "../src/random/create-random.ts";

test("a proposal explores below the best so far, exploits when it is sure, and does both between", () => {
  expect(explainSplit(1, 2, 3).numbers).toEqual({ exploit: 0, explore: 1 });
  expect(explainSplit(5, 0, 3).numbers).toEqual({ exploit: 1, explore: 0 });
  const shares = [0, 0.1, 0.5, 1, 2, 5, 50].map((ahead) => explainSplit(3 + ahead, 1, 3).numbers);
  shares.forEach(({ exploit, explore }) => expect(exploit + explore).toBeCloseTo(1, 14));
  expect(shares.map(({ exploit }) => exploit)).toEqual(shares.map(({ exploit }) => exploit).toSorted((a, b) => a - b));
  // At one standard deviation: Φ(1) of Φ(1) + φ(1).
  expect(shares[3]!.exploit).toBeCloseTo(0.8413447460685429 / (0.8413447460685429 + 0.24197072451914337), 9);
  expect(explainSplit(4, 1, 3).why).toBe(
    "77.7 % of its expected gain comes from a better expected value, 22.3 % from being uncertain",
  );
});

test("importances add up to 1, follow the lengthscales and name what hardly matters", () => {
  const { numbers, why } = explainImportances([
    { name: "pH", lengthscale: 1 },
    { name: "stir", lengthscale: 20 },
    { name: "heat", lengthscale: 0.3 },
  ]);
  expect(numbers.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 14);
  expect(numbers[2]).toBeGreaterThan(numbers[0]!);
  expect(why).toBe("what matters to the model: heat 71.6 %, pH 28.3 %; hardly stir");
});

test("neighbours are the nearest in lengthscales, nearest first", () => {
  const measured = [
    [0, 0],
    [1, 1],
    [0.9, 0],
    [1, 1],
  ];
  const { numbers, why } = explainNeighbours([1, 0], measured, [0.1, 10], (index) => "abcd"[index]!, 3);
  expect(numbers.map(({ index }) => index)).toEqual([1, 3, 2]);
  expect(why).toBe("nearest measured, and how many lengthscales away: b (0.1), d (0.1), c (1)");
  expect(explainNeighbours([1, 0], [], [1, 1], String, 3).numbers).toEqual([]);
});

test.each([
  [1, 0.2, "predicts well", "its intervals can be trusted"],
  [0.3, 0.2, "predicts well", "it is overconfident"],
  [3, 0.2, "predicts well", "it is more careful than it need be"],
  [1, 5, "does not predict", "its intervals can be trusted"],
])("a model that claims %d of its true error, %d, is told so", (claimed, error, worth, trust) => {
  const random = createRandom(6);
  const leftOut = Array.from({ length: 400 }, () => {
    const value = random.normal();
    return { value, mean: value + error * random.normal(), variance: (claimed * error) ** 2 };
  });
  const { numbers, why } = explainCalibration(leftOut);
  expect(why).toContain(worth);
  expect(why).toContain(trust);
  expect(Math.abs(numbers.spread * claimed - 1)).toBeLessThan(0.15);
  if (claimed === 1) expect(Math.abs(numbers.covered - 0.9)).toBeLessThan(0.06);
});

test("a handful of readings is too few to check a model", () => {
  expect(explainCalibration([]).why).toBe("too few readings (0) to check the model against itself");
});

test("a rise by what is said puts the runner-up first, and less does not", () => {
  const gainAt = (rise: number) => logExpectedImprovement(-3 + rise, 0.5, 1);
  const chosen = logExpectedImprovement(0.4, 0.8, 1);
  const { numbers, why } = explainSwap(chosen, { name: "B7", unit: "mN", sd: 0.5, gainAt });
  expect(gainAt(numbers!)).toBeGreaterThanOrEqual(chosen);
  expect(gainAt(numbers! * (1 - 1e-9))).toBeLessThan(chosen);
  expect(why).toMatch(
    /^B7 would have been chosen were its expected value [\d.]+ mN better, [\d.]+ of its standard deviations$/,
  );
  expect(explainSwap(chosen, { name: "B7", unit: "", sd: 0.5, gainAt: () => chosen }).numbers).toBe(0);
  expect(explainSwap(chosen, { name: "B7", unit: "", sd: 0.5, gainAt: () => chosen - 1 }).numbers).toBeNull();
});
