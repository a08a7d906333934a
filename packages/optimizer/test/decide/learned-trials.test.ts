import { type Design, Study, type Trial } from "@labloop/contracts";
import { expect, test } from "vitest";
import { learnedTrials } from "../../src/decide/learned-trials.ts";
import { openSpace } from "../../src/space/open-space.ts";
import type { Space } from "../../src/space/space.ts";
import { readTrials, type TrialReadings } from "../../src/study/read-trials.ts";
import { proposed } from "../support/play.ts";

const line = Study.parse({
  parameters: [
    { kind: "continuous", name: "a", min: 0, max: 1 },
    { kind: "continuous", name: "b", min: 0, max: 1 },
  ],
  objectives: [{ name: "y", goal: "maximise" }],
});

/** Designs of a fixed sequence that fills the square. */
function designAt(i: number): Design {
  return { a: (Math.SQRT2 * (i + 1)) % 1, b: (Math.sqrt(3) * (i + 1)) % 1 };
}

function trialsOf(count: number, read: (a: number, b: number, i: number) => Record<string, number>): Trial[] {
  return Array.from({ length: count }, (_, i) => {
    const design = designAt(i);
    return { design, outcome: { status: "measured", values: read(Number(design["a"]), Number(design["b"]), i) } };
  });
}

function learned(study: Study, trials: readonly Trial[], most: number): TrialReadings {
  const space = openSpace(study) as Space;
  return learnedTrials(space, trials, readTrials(space, trials) as TrialReadings, most);
}

/** The indices of the greatest, the greatest first. */
function greatest(values: readonly number[], count: number): number[] {
  return [...values.keys()].sort((x, y) => (values[y] as number) - (values[x] as number)).slice(0, count);
}

test("of more designs than may be learned from the best, the newest and those beside the best are kept, the others spread", () => {
  const trials = trialsOf(600, (a, b) => ({ y: -((a - 0.3) ** 2) - (b - 0.6) ** 2 + (a > 0.9 ? 1.5 : 0) }));
  const values = trials.map(({ outcome }) => (outcome.status === "measured" ? Number(outcome.values["y"]) : 0));
  const { feasible, quantities } = learned(line, trials, 80);
  expect(feasible).toHaveLength(80);
  expect(quantities.get("y")?.exact.map(({ trial }) => trial)).toEqual(feasible);
  const kept = new Set(feasible);
  expect(greatest(values, 20).every((trial) => kept.has(trial))).toBe(true);
  expect([...trials.keys()].slice(-10).every((trial) => kept.has(trial))).toBe(true);
  const [best] = greatest(values, 1);
  const distanceTo = ({ design }: Trial) => {
    const [one, other] = [design, trials[best as number]?.design as Design];
    return (Number(one["a"]) - Number(other["a"])) ** 2 + (Number(one["b"]) - Number(other["b"])) ** 2;
  };
  const nearest = greatest(
    trials.map((trial) => -distanceTo(trial)),
    10,
  );
  expect(nearest.every((trial) => kept.has(trial))).toBe(true);
  const quarters = feasible.map((trial) => Math.floor(4 * Number(trials[trial]?.design["a"])));
  expect([0, 1, 2, 3].map((own) => quarters.filter((one) => one === own).length >= 8)).toEqual(Array(4).fill(true));
});

test("no more designs than may be learned from are all learned from, however often each was read", () => {
  const twice = [...trialsOf(40, (a) => ({ y: a })), ...trialsOf(40, (a) => ({ y: a + 0.1 }))];
  expect(learned(line, twice, 40).feasible).toHaveLength(80);
  const third = learned(line, twice, 30).feasible;
  expect(third).toHaveLength(60);
  expect(third.slice(30)).toEqual(third.slice(0, 30).map((trial) => trial + 40));
});

test("what keeps its bounds is kept before what reads better but breaks them or was never allowed", () => {
  const bounded = Study.parse({ ...line, outcomeConstraints: [{ name: "heat", max: 0.1 }] });
  const trials = trialsOf(600, (a) => ({ y: a, heat: a }));
  const within = trials.flatMap(({ design }, i) => (Number(design["a"]) <= 0.1 ? [i] : []));
  const byValue = within.toSorted((x, y) => Number(trials[y]?.design["a"]) - Number(trials[x]?.design["a"]));
  const kept = new Set(learned(bounded, trials, 80).feasible);
  expect(byValue.slice(0, 20).every((trial) => kept.has(trial))).toBe(true);
  const outside = trialsOf(600, (a) => ({ y: a })).map((trial, i) =>
    i % 2 === 0 ? { ...trial, design: { ...trial.design, a: 2 + Number(trial.design["a"]) } } : trial,
  );
  const allowed = outside.map(({ design }, i) => (i % 2 === 0 ? -1 : Number(design["a"])));
  const keptToo = new Set(learned(line, outside, 80).feasible);
  expect(greatest(allowed, 20).every((trial) => keptToo.has(trial))).toBe(true);
});

test("of several objectives the whole front is kept, the middle of it too where it bends inwards", () => {
  const several = Study.parse({ ...line, objectives: ["y", "z"].map((name) => ({ name, goal: "maximise" })) });
  // Inwards: in the middle both are far from their best.
  const along = (share: number) => ({ y: (1 - share) ** 2, z: share ** 2 });
  const trials = trialsOf(600, (a, b, i) => {
    if (i % 60 !== 0) return { y: a ** 2 - 0.3 - b, z: (1 - a) ** 2 - 0.3 - b };
    return along(i / 600);
  });
  const front = [...trials.keys()].filter((i) => i % 60 === 0);
  const kept = new Set(learned(several, trials, 120).feasible);
  expect(front.filter((trial) => !kept.has(trial))).toEqual([]);
});

test("with more designs than a model takes a study is asked as ever, the best of all is recommended, and it is said how many are learned from", () => {
  const trials = trialsOf(2100, (a, b) => ({ y: -((a - 0.3) ** 2) - (b - 0.6) ** 2 }));
  const heights = trials.map(({ design }) => -((Number(design["a"]) - 0.3) ** 2) - (Number(design["b"]) - 0.6) ** 2);
  const { proposals, best } = proposed({ study: line, trials, pending: [], seed: 1 });
  expect(best?.design).toEqual(trials[greatest(heights, 1)[0] as number]?.design);
  expect(proposals).toHaveLength(1);
  const told = proposals[0]?.explanation.find(({ aspect }) => aspect === "left-out");
  expect(told).toMatchObject({ objective: "y", numbers: { measured: 2100, read: 2100, learned: 2000 } });
  expect(told?.why).toContain("it learns from 2000 of 2100 designs that were read");
});

test("what related campaigns read does not change which of the own designs are learned from", () => {
  const own = trialsOf(300, (a, b) => ({ y: a + b })).map(
    (trial, i): Trial =>
      i % 3 === 0 ? { ...trial, outcome: { status: "measured", values: { y: { above: 0.5 } } } } : trial,
  );
  const related = trialsOf(90, (a) => ({ y: 50 - 100 * a })).map((trial): Trial => ({ ...trial, task: "earlier" }));
  const alone = learned(line, own, 60).feasible;
  const both = learned(line, [...own, ...related], 60).feasible;
  expect(both.filter((trial) => trial < own.length)).toEqual(alone);
  expect(both).toHaveLength(60 + related.length);
});
