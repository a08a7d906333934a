import { type Design, Study, type Trial } from "@labloop/contracts";
import { expect, test } from "vitest";
import { play, proposed } from "../support/play.ts";

const several = Study.parse({
  parameters: [
    { kind: "continuous", name: "x", min: 0, max: 1 },
    { kind: "continuous", name: "y", min: 0, max: 1 },
  ],
  objectives: [
    { name: "yield", goal: "maximise" },
    { name: "mass", goal: "minimise" },
  ],
});
const desirable = Study.parse({
  ...several,
  objectives: [
    { name: "yield", goal: "maximise", desirability: { worst: -1, best: 1 } },
    { name: "mass", goal: "minimise", desirability: { worst: 2, best: 0 } },
  ],
});
const both = (design: Design) => {
  const [x, y] = [Number(design["x"]), Number(design["y"])];
  return { yield: Math.sin(3 * x) - (y - 0.5) ** 2, mass: x + 0.2 * y };
};

function trialAt(i: number, names: readonly ("yield" | "mass")[]): Trial {
  const design = { x: (Math.SQRT2 * (i + 1)) % 1, y: (Math.sqrt(3) * (i + 1)) % 1 };
  const values = Object.fromEntries(names.map((name) => [name, both(design)[name]]));
  return { design, outcome: { status: "measured", values } };
}

const halves = Array.from({ length: 40 }, (_, i) => trialAt(i, i % 2 === 0 ? ["yield"] : ["mass"]));

test("each quantity is learned from its own readings, also where no design was read in full", () => {
  for (const study of [several, desirable]) {
    const { proposals, models, best, front } = proposed({ study, trials: halves, pending: [], seed: 1 });
    const [proposal] = proposals;
    expect(models.map(({ skill }) => skill > 0.8)).toEqual([true, true]);
    expect(proposal?.acquisition.name).not.toBe("random-start");
    const truth = both(proposal?.design as Design);
    expect(Math.abs((proposal?.predicted?.["yield"]?.value as number) - truth.yield)).toBeLessThan(0.15);
    expect(Math.abs((proposal?.predicted?.["mass"]?.value as number) - truth.mass)).toBeLessThan(0.15);
    // What was read in part is not known to be good.
    expect(best).toBeNull();
    expect(front ?? []).toEqual([]);
  }
});

test("it is said of each quantity how many measured designs lack a reading of it, also while there is no model", () => {
  const mostly = [...Array.from({ length: 8 }, (_, i) => trialAt(i, ["yield", "mass"])), trialAt(8, ["yield"])];
  const few = [trialAt(0, ["yield"]), trialAt(1, ["yield"]), trialAt(2, ["mass"])];
  const saidOf = (trials: Trial[]) =>
    proposed({ study: several, trials, pending: [], seed: 1 }).proposals[0]?.explanation.flatMap((told) =>
      told.aspect === "left-out" ? [[told.objective, told.why, told.numbers]] : [],
    );
  const lacking = (count: number, of: number) =>
    `${count} of ${of} measured designs lack a reading of it: its model does not know them`;
  expect(saidOf(mostly)).toEqual([["mass", lacking(1, 9), { measured: 9, read: 8, learned: 8 }]]);
  expect(saidOf(few)).toEqual([
    ["yield", lacking(1, 3), { measured: 3, read: 2, learned: 2 }],
    ["mass", lacking(2, 3), { measured: 3, read: 1, learned: 1 }],
  ]);
  expect(saidOf(mostly.slice(0, 8))).toEqual([]);
});

test("a reading of one quantity changes the model of that quantity alone, and the front stays one of designs read in full", () => {
  const full = play(several, 10, 3, both);
  const ask = (trials: Trial[]) => proposed({ study: several, trials, pending: [], seed: 1 });
  const [before, after] = [ask(full), ask([...full, trialAt(4, ["yield"]), trialAt(5, ["yield"])])];
  expect(after.models[0]).not.toEqual(before.models[0]);
  expect(after.models[1]).toEqual(before.models[1]);
  const designs = full.map(({ design }) => design);
  expect(after.front?.length).toBeGreaterThan(0);
  for (const { design } of after.front ?? []) expect(designs).toContainEqual(design);
});

test("what was read in part is not proposed again as if it were new", () => {
  const candidates = halves.map(({ design }) => design);
  const { proposals } = proposed({
    study: { ...several, candidates: [...candidates, { x: 0.5, y: 0.5 }] },
    trials: halves,
    pending: [],
    seed: 1,
    count: 2,
  });
  // Only once no new one is left, and said to be measured again.
  expect(proposals.map(({ replicate }) => replicate)).toEqual([false, true]);
});
