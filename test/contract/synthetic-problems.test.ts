import { type Design, Study } from "@labloop/contracts";
import { hypervolume, openSpace, paretoFront } from "@labloop/optimizer";
import { expect, test } from "vitest";
import { cubeOf } from "../bench/synthetic/cube.ts";
import { lackingOf, slacksOf } from "../bench/synthetic/lacking.ts";
import { labloopChooser, randomChooser } from "../bench/synthetic/methods.ts";
import { designOf, type Problem } from "../bench/synthetic/problem.ts";
import { problems } from "../bench/synthetic/problems.ts";

const withOne = problems.filter(({ kind }) => kind !== "several");

function find(name: string): Problem {
  const problem = problems.find((one) => one.name === name);
  if (problem === undefined) throw new Error(`no ${name}`);
  return problem;
}

test.for(withOne)("$name takes its published optimum where it is said to, within its limits", (problem) => {
  expect(problem.optima.length).toBeGreaterThan(0);
  for (const optimum of problem.optima) {
    const values = problem.evaluate(optimum);
    expect(values["f"]).toBeCloseTo(problem.best, Math.abs(problem.best) > 1000 ? 2 : 4);
    for (const { name, min = 0 } of problem.study.outcomeConstraints ?? [])
      expect(values[name]).toBeGreaterThan(min - 1e-4);
  }
});

test.for(problems)("$name: a thousand random designs can be made, and none is better than the best", (problem) => {
  const space = openSpace(Study.parse(problem.study));
  if (Array.isArray(space)) throw new Error("the space is refused");
  const designs = Array.from({ length: 1000 }, (_, i) => randomChooser(problem, i, []));
  const made = designs.map((design) => {
    expect(space.check(design)).toEqual([]);
    return problem.evaluate(design);
  });
  const { objectives, outcomeConstraints = [] } = problem.study;
  if (objectives.length > 1) {
    expect(hypervolumeOf(problem, made)).toBeLessThan(problem.best * (1 + 1e-9));
    return;
  }
  for (const values of made) {
    const isFeasible = outcomeConstraints.every(({ name, min = 0 }) => (values[name] as number) >= min);
    if (isFeasible) expect(values["f"]).toBeGreaterThan(problem.best - 1e-3);
  }
});

function hypervolumeOf({ study }: Problem, made: readonly Readonly<Record<string, number>>[]): number {
  const kept = made.filter((values) => slacksOf(study, values).every((slack) => slack >= 0));
  const points = kept.map((values) => study.objectives.map(({ name }) => -(values[name] as number)));
  return hypervolume(
    paretoFront(points).map((i) => points[i] as number[]),
    study.objectives.map(({ reference }) => -(reference as number)),
  );
}

/** Every combination of evenly spaced values of each parameter; where one value is asked for, it is `alone` of the range. */
function grid({ study }: Problem, counts: readonly number[], alone: number): number[][] {
  return study.parameters.reduce<number[][]>(
    (rows, parameter, i) => {
      if (parameter.kind !== "continuous") throw new Error("a box is meant");
      const { min, max } = parameter;
      const count = counts[i] as number;
      const values = Array.from({ length: count }, (_, k) =>
        count === 1 ? min + (max - min) * alone : min + ((max - min) * k) / (count - 1),
      );
      return rows.flatMap((row) => values.map((value) => [...row, value]));
    },
    [[]],
  );
}

test.for([
  ["branin-currin", [400, 120], 0, 0.98],
  ["zdt1", [2000, 1, 1, 1], 0, 0.9999],
  ["zdt2", [2000, 1, 1, 1], 0, 0.9999],
  ["zdt3", [2000, 1, 1, 1], 0, 0.9999],
  ["dtlz2", [30, 30, 1, 1, 1], 0.5, 0.95],
  ["vehicle-safety", [6, 6, 6, 6, 6], 0, 0.97],
  ["branin-currin-disc", [150, 150], 0, 0.98],
  ["c2-dtlz2", [2000, 1, 1, 1], 0.5, 0.995],
] as const)(
  "the greatest hypervolume of %s is all but reached by a grid, and not passed",
  ([name, counts, alone, share]) => {
    const problem = find(name);
    const reached = hypervolumeOf(
      problem,
      grid(problem, counts, alone).map((row) => problem.evaluate(designOf(row))),
    );
    expect(reached / problem.best).toBeGreaterThan(share);
    expect(reached / problem.best).toBeLessThan(1 + 1e-6);
  },
);

test("what is lacking never grows, counts nothing infeasible, and is infinite until something is feasible", () => {
  const values = (f: number, c1 = 1, c2 = 1) => ({ f, c1, c2 });
  expect(
    lackingOf(find("gramacy"), [values(0.1, -1), values(1.5998), values(2), values(0.6998), values(0, 1, -1)]),
  ).toEqual([Number.POSITIVE_INFINITY, 1, 1, expect.closeTo(0.1, 12), expect.closeTo(0.1, 12)]);
  const [nothing, half] = lackingOf(find("zdt1"), [
    { f1: 12, f2: 0 },
    { f1: 11 - 120.66666666666667 / 22, f2: 0 },
  ]);
  expect(nothing).toBe(1);
  expect(half).toBeCloseTo(0.5, 12);
  const within = { f1: 0, f2: 0, c1: 0 };
  expect(lackingOf(find("branin-currin-disc"), [{ ...within, c1: -1 }, within])).toEqual([1, 0]);
});

test.for(problems)(
  "$name: designs go to the unit cube and back as they were, and steps land on its levels",
  (problem) => {
    const cube = cubeOf(problem.study.parameters);
    const stepped = problem.study.parameters.flatMap((one, i) =>
      one.kind === "integer" || (one.kind === "continuous" && one.step !== undefined) ? [String(i)] : [],
    );
    expect(Object.keys(cube.levels)).toEqual(stepped);
    for (let seed = 0; seed < 100; seed++) {
      const design = randomChooser(problem, seed, []) as Design;
      const row = cube.rowOf(design);
      expect(row.every((share) => share >= 0 && share <= 1)).toBe(true);
      for (const i of stepped) expect(cube.levels[i]).toContain(row[Number(i)]);
      const back = cube.designOf(row);
      for (const name of Object.keys(design)) expect(back[name]).toBeCloseTo(design[name] as number, 12);
    }
  },
);

test.for(["pressure-vessel", "ackley-mixed", "branin-currin", "branin-currin-disc"])(
  "labloop plays %s, and the same seed chooses the same",
  (name) => {
    const problem = find(name);
    const made = [1, 2, 3, 4].map((seed) => {
      const design = randomChooser(problem, seed, []);
      return { design, values: problem.evaluate(design) };
    });
    const chosen = [labloopChooser(9)(problem, 7, made), labloopChooser(9)(problem, 7, made)];
    expect(chosen[1]).toEqual(chosen[0]);
    expect(Object.values(problem.evaluate(chosen[0] as Design)).every(Number.isFinite)).toBe(true);
  },
);
