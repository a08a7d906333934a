import { expect, test } from "vitest";
import { logExpectedImprovement } from "../src/acquisition/log-expected-improvement.ts";
import { explainCalibration } from "../src/explanation/explain-calibration.ts";
import { explainChance } from "../src/explanation/explain-chance.ts";
import { explainLoneliness } from "../src/explanation/explain-loneliness.ts";
import { explainImportances } from "../src/explanation/explain-importances.ts";
import { explainNeighbours } from "../src/explanation/explain-neighbours.ts";
import { exploitedShare, explainSplit } from "../src/explanation/explain-split.ts";
import { explainOutlier } from "../src/explanation/explain-outlier.ts";
import { explainSwap } from "../src/explanation/explain-swap.ts";
import { createStudy } from "../src/study/create-study.ts";

test("a proposal explores below the best so far, exploits when it is sure, and does both between", () => {
  const split = (mean: number, sd: number) => explainSplit(exploitedShare(mean, sd, 3));
  expect(split(1, 2).numbers).toEqual({ exploit: 0, explore: 1 });
  expect(split(5, 0).numbers).toEqual({ exploit: 1, explore: 0 });
  const shares = [0, 0.1, 0.5, 1, 2, 5, 50].map((ahead) => split(3 + ahead, 1).numbers);
  shares.forEach(({ exploit, explore }) => expect(exploit + explore).toBeCloseTo(1, 14));
  expect(shares.map(({ exploit }) => exploit)).toEqual(shares.map(({ exploit }) => exploit).toSorted((a, b) => a - b));
  // At one standard deviation: Φ(1) of Φ(1) + φ(1).
  expect(shares[3]!.exploit).toBeCloseTo(0.8413447460685429 / (0.8413447460685429 + 0.24197072451914337), 9);
  expect(split(4, 1).why).toBe(
    "77.7 % of its expected gain comes from a better expected value, 22.3 % from being uncertain",
  );
});

test("importances add up to 1, follow the lengthscales and name what hardly matters", () => {
  const scales = [
    { name: "pH", lengthscale: 1 },
    { name: "stir", lengthscale: 20 },
    { name: "heat", lengthscale: 0.3 },
  ];
  const { numbers, why } = explainImportances(scales, 5, true);
  expect(numbers.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 14);
  expect(numbers[2]).toBeGreaterThan(numbers[0]!);
  expect(why).toBe("what matters to the model: heat 71.6 %, pH 28.3 %; hardly stir");
  expect(explainImportances(scales, 4, true)).toEqual({ numbers, why: "too few readings (4) to tell what matters" });
});

test("neighbours are the nearest in lengthscales, nearest first", () => {
  const measured = [
    [0, 0],
    [1, 1],
    [0.9, 0],
    [1, 1],
  ];
  const { numbers, why } = explainNeighbours(
    [{ place: [1, 0], measured, lengthscales: [0.1, 10] }],
    (index) => "abcd"[index]!,
    3,
  );
  expect(numbers.map(({ index }) => index)).toEqual([1, 3, 2]);
  expect(why).toBe("nearest measured, and how many lengthscales away: b (0.1), d (0.1), c (1)");
  expect(explainNeighbours([{ place: [1, 0], measured: [], lengthscales: [1, 1] }], String, 3).numbers).toEqual([]);
  // Of two models the one that sees the designs farther apart along a feature counts for it.
  const other = (lengthscales: number[]) => ({ place: [1, 0], measured: [[0, 3]], lengthscales });
  expect(explainNeighbours([other([1 / 4, 3]), other([1, 1])], String, 1).numbers).toEqual([{ index: 0, distance: 5 }]);
});

test.each([
  [
    0.9,
    1,
    18,
    "predicts well readings it was not shown (about 90 % of their differences)",
    "its intervals can be trusted",
  ],
  [0.5, 2, 9, "predicts in part", "it is overconfident, and what it says is told with wider intervals"],
  [0.1, 0.3, 20, "predicts little of", "it is more careful than it need be"],
  [-0.4, 1, 18, "does not predict readings it was not shown; 18", "its intervals can be trusted"],
])("a model of skill %d and spread %d is told so", (skill, spread, inside, worth, trust) => {
  const { numbers, why } = explainCalibration({ readings: 20, skill, spread, covered: inside / 20 });
  expect(why).toContain(worth);
  expect(why).toContain(`${inside} of 20 lie within their 90 % interval`);
  expect(why).toContain(trust);
  expect(numbers.covered).toBe(inside / 20);
});

test("a handful of readings is too few to check a model", () => {
  const { why } = explainCalibration({ readings: 2, skill: 1, spread: 1, covered: 1 });
  expect(why).toBe("too few readings (2) to check the model against itself");
});

test("a rise by what is said puts the runner-up first, and less does not", () => {
  const gainAt = (deviations: number) => logExpectedImprovement(-3 + 0.5 * deviations, 0.5, 1);
  const chosen = logExpectedImprovement(0.4, 0.8, 1);
  const amount = { sd: 0.5, unit: "mN" };
  const { numbers, why } = explainSwap(chosen, { name: "B7", amount, gainAt });
  expect(gainAt(numbers!)).toBeGreaterThanOrEqual(chosen);
  expect(gainAt(numbers! * (1 - 1e-8))).toBeLessThan(chosen);
  expect(why).toMatch(
    /^B7 would have been chosen were its expected value [\d.]+ mN better, [\d.]+ of its standard deviations$/,
  );
  const [told, deviations] = (why.match(/[\d.]+(?= mN)|[\d.]+(?= of its)/g) ?? []).map(Number);
  expect(deviations).toBeCloseTo(numbers!, 1);
  expect(told! / deviations!).toBeCloseTo(amount.sd, 2);
  expect(explainSwap(chosen, { name: "B7", amount: null, gainAt }).why).toMatch(
    /^B7 would have been chosen were its expected values all [\d.]+ of their standard deviations better$/,
  );
  expect(explainSwap(chosen, { name: "B7", amount, gainAt: () => chosen }).numbers).toBe(0);
  expect(explainSwap(chosen, { name: "B7", amount, gainAt: () => chosen - 1 }).numbers).toBeNull();
});

test("no chance is told as nothing or as certain", () => {
  const told = (probability: number) =>
    explainChance({ log: -1, failed: false, bounded: true, unread: [] }, probability).split(" is ")[1];
  expect([1, 0.99973, 0.985, 0.0123, 1e-15, 0].map(told)).toEqual([
    "more than 99.9 %",
    "more than 99.9 %",
    "98.5 %",
    "1.23 %",
    "less than 0.1 %",
    "less than 0.1 %",
  ]);
});

test("a chance is told of what is known alone, and of a bound whose quantity was never read that nothing is known", () => {
  const told = (known: { failed: boolean; bounded: boolean; unread?: string[] }) =>
    explainChance({ log: -1, unread: [], ...known }, 0.4);
  expect(told({ failed: true, bounded: true })).toBe(
    "the probability that it can be made and keeps its bounds is 40 %",
  );
  expect(told({ failed: false, bounded: true })).toBe("the probability that it keeps its bounds is 40 %");
  expect(told({ failed: true, bounded: false, unread: ["heat", "flow"] })).toBe(
    "the probability that it can be made is 40 %; whether it keeps the bound of heat and flow is not known: nothing was read of it",
  );
  const study = createStudy(
    {
      parameters: [{ kind: "continuous", name: "x", min: 0, max: 1 }],
      objectives: [{ name: "y", goal: "maximise" }],
      outcomeConstraints: [{ name: "heat", max: 1 }],
    },
    { seed: 1 },
  );
  for (const x of [0.1, 0.4, 0.7, 0.9])
    study.tell({ design: { x }, outcome: { status: "measured", values: { y: x } } });
  const chance = study.ask()[0]?.explanation.find(({ aspect }) => aspect === "chance");
  expect(chance?.why).toBe("whether it keeps the bound of heat is not known: nothing was read of it");
  const joint = createStudy(
    {
      parameters: [{ kind: "continuous", name: "x", min: 0, max: 1 }],
      objectives: [
        { name: "y", goal: "maximise" },
        { name: "z", goal: "minimise" },
      ],
      outcomeConstraints: [{ name: "heat", max: 1 }],
    },
    { seed: 1 },
  );
  for (const x of [0.1, 0.4, 0.7])
    joint.tell({ design: { x }, outcome: { status: "measured", values: { y: x, z: x } } });
  const front = joint.propose(1).front ?? [];
  expect(front.length).toBeGreaterThan(0);
  expect(front.flatMap((own) => own.chance ?? [])).toEqual([]);
});

test("what hardly leans on loneliness says nothing of it, and a quantity without a unit none", () => {
  expect(explainLoneliness({ share: 0.04, change: -3 }, "J")).toBeNull();
  expect(explainLoneliness({ share: 0.32, change: 0.4 }, "1")?.why).toBe(
    "32 % of the belief leans on how far a listed design lies from its nearest: from the most crowded to the loneliest it is expected to rise by 0.4",
  );
});

test("of a reading that the others do not explain both numbers have the digits that tell them apart", () => {
  const told = (value: number, foretold: number) =>
    explainOutlier(
      { design: { x: 1 }, value, foretold, chance: 1e-9, standing: "believed" },
      { name: "x 1", unit: "Pa", isBound: false },
    ).why;
  expect(told(101_388.42, 101_328.26)).toMatch(/x 1, 101388\.4 Pa, is far above the 101328\.3 Pa that/);
  expect(told(-3, 40.123456)).toMatch(/x 1, -3 Pa, is far below the 40\.1 Pa that/);
});
