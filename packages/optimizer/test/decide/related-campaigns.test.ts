import { type Design, Study, type Trial } from "@labloop/contracts";
import { expect, test } from "vitest";
import { proposeDesigns } from "../../src/decide/propose-designs.ts";
import { createStudy } from "../../src/study/create-study.ts";

const study = Study.parse({
  parameters: [
    { kind: "integer", name: "x", min: 0, max: 20 },
    { kind: "integer", name: "y", min: 0, max: 20 },
  ],
  objectives: [{ name: "loss", goal: "minimise" }],
  budget: 12,
});

function lossOf({ x, y }: Design): number {
  return ((x as number) - 15) ** 2 + ((y as number) - 4) ** 2;
}

const earlier = Array.from({ length: 30 }, (_, i): Trial => {
  const design = { x: (7 * i) % 21, y: (11 * i + 3) % 21 };
  return { design, outcome: { status: "measured", values: { loss: 3 + 0.5 * lossOf(design) } }, task: "2025" };
});

function answered(trials: readonly Trial[], count = 1, seed = 1) {
  const answer = proposeDesigns({ study, trials, pending: [], seed, count });
  if (Array.isArray(answer)) throw new Error(answer.map(({ message }) => message).join("; "));
  return answer;
}

test("the first designs of a campaign lie where a related one did well, whatever the seed, and say so", () => {
  const mean = (losses: readonly number[]) => losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
  const firstOf = (trials: readonly Trial[]) =>
    [1, 2, 3, 4, 5, 6].map((seed) => lossOf(answered(trials, 1, seed).proposals[0]?.design as Design));
  expect(mean(firstOf(earlier))).toBeLessThan(0.4 * mean(firstOf([])));
  const { proposals, best, models } = answered(earlier);
  expect(proposals[0]?.explanation.find(({ aspect }) => aspect === "related")?.why).toMatch(
    /100 % of the belief draws on related campaigns \(2025, correlation 0\.8\d\)/,
  );
  expect(best).toBeNull();
  expect(models[0]?.members[0]?.related).toMatchObject([{ task: "2025" }]);
});

test("what a related campaign made is neither measured, nor spent, nor shut here", () => {
  const everywhere = Array.from({ length: 441 }, (_, i): Trial => {
    const design = { x: i % 21, y: Math.floor(i / 21) };
    const outcome: Trial["outcome"] =
      i % 2 === 0 ? { status: "infeasible" } : { status: "measured", values: { loss: lossOf(design) } };
    return { design, outcome, task: "2024" };
  });
  const measured = everywhere.map((trial): Trial => {
    return { ...trial, outcome: { status: "measured", values: { loss: lossOf(trial.design) } } };
  });
  for (const trials of [everywhere, measured]) {
    const { proposals } = answered(trials, 3);
    expect(proposals).toHaveLength(3);
    expect(proposals.every(({ replicate }) => !replicate)).toBe(true);
  }
});

test("a design that a related campaign could not make says no more here than a fault of it: not shut, not spent, no less likely to be made", () => {
  const own = [2, 9, 14, 19].map((x): Trial => {
    const design = { x, y: x };
    return { design, outcome: { status: "measured", values: { loss: lossOf(design) } } };
  });
  const there = (status: "infeasible" | "fault") =>
    Array.from(
      { length: 441 },
      (_, i): Trial => ({
        design: { x: i % 21, y: Math.floor(i / 21) },
        outcome: { status },
        task: "2024",
      }),
    );
  const hashes = (before: readonly Trial[]) =>
    [[], own].map((measured) => answered([...before, ...earlier, ...measured], 2).hash);
  expect(hashes(there("infeasible"))).toEqual(hashes(there("fault")));
});

test("telling of a related campaign takes no pending design back", () => {
  const open = createStudy(study, { seed: 3 });
  open.begin({ x: 1, y: 1 });
  open.tell({ ...(earlier[0] as Trial), design: { x: 1, y: 1 } });
  expect(open.pending).toEqual([{ x: 1, y: 1 }]);
});

test("a related campaign guides the first design; the next two are random, in one batch too, since it may mislead", () => {
  const rulesOf = (own: number, count: number) => {
    const trials = Array.from({ length: own }, (_, i): Trial => {
      const design = { x: 3 * i, y: 20 - 4 * i };
      return { design, outcome: { status: "measured", values: { loss: lossOf(design) } } };
    });
    return answered([...earlier, ...trials], count).proposals.map(({ acquisition }) => acquisition.name);
  };
  const isRandom = (rules: readonly string[]) => rules.map((rule) => rule === "random-start");
  expect(isRandom(rulesOf(0, 4))).toEqual([false, true, true, false]);
  expect(isRandom(rulesOf(1, 3))).toEqual([true, true, false]);
  expect(isRandom(rulesOf(3, 1))).toEqual([false]);
});
