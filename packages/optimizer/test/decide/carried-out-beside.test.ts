import { type Design, Study, type Trial } from "@labloop/contracts";
import { expect, test } from "vitest";
import { createRandom } from "../../src/random/create-random.ts";
import { proposed } from "../support/play.ts";

const candidates = Array.from({ length: 60 }, (_, i) => ({ x: i % 12, y: Math.floor(i / 12) }));
const listed = Study.parse({
  parameters: [
    { kind: "continuous", name: "x", min: 0, max: 11 },
    { kind: "continuous", name: "y", min: 0, max: 4 },
  ],
  candidates,
  objectives: [{ name: "yield", goal: "maximise" }],
});
const several = Study.parse({
  ...listed,
  objectives: [
    { name: "yield", goal: "maximise" },
    { name: "mass", goal: "minimise" },
  ],
});

function nameOf({ x, y }: Design): string {
  return `${x}, ${y}`;
}

/** What an instrument makes of each of `steps` proposals, that ends up a hundredth of a step beside what it is asked for. */
function playBeside(study: Study, steps: number, noise = 0.05) {
  const random = createRandom(5);
  const trials: Trial[] = [];
  const asked: { readonly design: Design; readonly replicate: boolean; readonly rule: string }[] = [];
  for (let step = 0; step < steps; step++) {
    const [proposal] = proposed({ study, trials, pending: [], seed: 9 }).proposals;
    if (proposal === undefined) break;
    const { design: requested, replicate, acquisition } = proposal;
    asked.push({ design: requested, replicate, rule: acquisition.name });
    const [x, y] = [Number(requested["x"]) + 0.01 * random.normal(), Number(requested["y"]) + 0.01 * random.normal()];
    const value = 2 * Math.cos(x) - ((x - 7) ** 2 + (y - 3) ** 2) / 5 + noise * random.normal();
    const outcome = { status: "measured", values: { yield: value, mass: x } } as const;
    trials.push({ design: { x, y }, requested, outcome });
  }
  return { trials, asked };
}

test("on a list what was asked for is not asked for again because the instrument ended up a hair beside it", () => {
  for (const study of [listed, several]) {
    const { asked } = playBeside(study, 25);
    expect(new Set(asked.map(({ design }) => nameOf(design))).size).toBe(25);
    expect(asked.some(({ replicate }) => replicate)).toBe(false);
  }
});

test("once every candidate was asked for, what is asked for once more is called a repeat", () => {
  const few = Study.parse({ ...listed, candidates: candidates.slice(0, 6) });
  const { asked } = playBeside(few, 8);
  expect(asked.map(({ replicate }) => replicate)).toEqual([...Array<boolean>(6).fill(false), true, true]);
});

test("what was asked for and the candidate that was made instead are both tried, and the other one is next", () => {
  const [a, b, c] = candidates.slice(0, 3) as Design[] as [Design, Design, Design];
  const trial: Trial = { design: b, requested: a, outcome: { status: "measured", values: { yield: 1, mass: 1 } } };
  for (const study of [listed, several]) {
    const few = { ...study, candidates: [a, b, c] };
    const { proposals } = proposed({ study: few, trials: [trial], pending: [], seed: 1, count: 3 });
    expect(proposals[0]).toMatchObject({ design: c, replicate: false });
    expect(proposals.slice(1).every(({ replicate }) => replicate)).toBe(true);
  }
});

test("at the end of a budget leaders are measured again though no reading of theirs was taken at the candidate itself", () => {
  const { asked } = playBeside({ ...listed, budget: 30 }, 30, 1.5);
  const late = asked.slice(-5);
  const again = late.filter(({ rule }) => rule === "knowledge-gradient");
  expect(again.length).toBeGreaterThan(0);
  expect(again.every(({ replicate }) => replicate)).toBe(true);
});

test("a candidate that could not be made is not asked for again because the attempt ended up a hair beside it", () => {
  const attempts = candidates.slice(0, 40).map(
    ({ x, y }, i): Trial => ({
      design: { x: x + 0.001 * (i + 1), y },
      requested: { x, y },
      outcome: i % 2 === 0 ? { status: "infeasible" } : { status: "measured", values: { yield: -x, mass: x } },
    }),
  );
  for (const study of [listed, several]) {
    const { proposals } = proposed({ study, trials: attempts, pending: [], seed: 1, count: 60 });
    const left = proposals.filter(({ replicate }) => !replicate).map(({ design }) => nameOf(design));
    expect(left.toSorted()).toEqual(candidates.slice(40).map(nameOf).toSorted());
    const failed = new Set(candidates.slice(0, 40).flatMap((design, i) => (i % 2 === 0 ? [nameOf(design)] : [])));
    expect(proposals.filter(({ design }) => failed.has(nameOf(design)))).toEqual([]);
  }
});

test("where an attempt that failed ended up at another candidate neither of the two is asked for again", () => {
  const [a, b, c] = candidates.slice(0, 3) as Design[] as [Design, Design, Design];
  const trial: Trial = { design: b, requested: a, outcome: { status: "infeasible" } };
  for (const study of [listed, several]) {
    const few = { ...study, candidates: [a, b, c] };
    const { proposals } = proposed({ study: few, trials: [trial], pending: [], seed: 1, count: 3 });
    expect(proposals.map(({ design }) => design)).toEqual([c]);
  }
});

test("what ended up beside what was asked for is told as carried out, with what was asked for; a grid's step is one design", () => {
  const at = (x: number, value: number, requested?: Design): Trial => ({
    design: { x, y: 1 },
    outcome: { status: "measured", values: { yield: value, mass: 1 } },
    ...(requested === undefined ? {} : { requested }),
  });
  const trials = [at(1, 1), at(2, 2), at(5.02, 9, { x: 5, y: 1 })];
  expect(proposed({ study: listed, trials, pending: [], seed: 1 }).best).toMatchObject({
    design: { x: 5.02, y: 1 },
    requested: { x: 5, y: 1 },
  });
  const { front } = proposed({ study: several, trials, pending: [], seed: 1 });
  expect(front?.map(({ requested }) => requested)).toEqual([{ x: 5, y: 1 }]);
  const [x, y] = listed.parameters;
  const stepped = Study.parse({ ...listed, parameters: [{ ...x, step: 1 }, y], candidates: undefined });
  expect(proposed({ study: stepped, trials, pending: [], seed: 1 }).best).not.toHaveProperty("requested");
});

test("between the steps of a grid a leader is measured again by asking for its step", () => {
  const axis = { kind: "continuous", min: 0, max: 11, step: 1 } as const;
  const grid = Study.parse({
    ...listed,
    candidates: undefined,
    parameters: ["x", "y"].map((name) => ({ ...axis, name })),
    budget: 25,
  });
  const { asked } = playBeside(grid, 25, 1.5);
  expect(asked.slice(-4).filter(({ rule, replicate }) => rule === "knowledge-gradient" && replicate)).not.toEqual([]);
});
