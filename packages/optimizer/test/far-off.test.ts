import type { Trial } from "@labloop/contracts";
import { expect, test } from "vitest";
import { bestDesign, createStudy } from "../src/index.ts";

type Outcome = Trial["outcome"];

const objectives = [{ name: "y", goal: "maximise" as const }];
const grid = { kind: "continuous" as const, name: "t", min: 20, max: 120, step: 10 };
const levels = { kind: "levels" as const, name: "t", levels: [20, 100, 300] };
const read = (y: number): Outcome => ({ status: "measured", values: { y } });
const infeasible: Outcome = { status: "infeasible" };

/** What is asked for, one design after the other, when each reads as much as it is set to. */
function asked(parameter: typeof grid | typeof levels, told: readonly (readonly [number, Outcome])[], times: number) {
  const study = createStudy({ parameters: [parameter], objectives }, { seed: 5 });
  study.tell(...told.map(([t, outcome]) => ({ design: { t }, outcome })));
  return Array.from({ length: times }, () => {
    const [proposal] = study.ask();
    const t = proposal?.design["t"] as number;
    study.tell({ design: { t }, outcome: read(t) });
    return t;
  });
}

test("what was made or failed far beyond the bounds closes no design within them", () => {
  for (const outcome of [infeasible, read(150)]) {
    expect(
      asked(
        grid,
        [
          [20, read(20)],
          [150, outcome],
        ],
        11,
      ),
    ).toContain(120);
  }
});

test("what was made or failed between two levels closes neither of them", () => {
  for (const outcome of [infeasible, read(210)]) {
    expect(
      asked(
        levels,
        [
          [20, read(20)],
          [210, outcome],
        ],
        3,
      ),
    ).toContain(300);
  }
});

test("what was carried out a little beside what can be set counts as that", () => {
  const all = [20, 30, 40, 50, 60, 70, 80, 90, 100, 110];
  const told = all.map((t) => [t + 1, read(t)] as const);
  expect(asked(grid, told, 1)).toEqual([120]);
});

test("readings of another design are not told as those of the best", () => {
  const { study } = createStudy(
    { parameters: [{ kind: "continuous", name: "x", min: 0, max: 10 }], objectives },
    { seed: 5 },
  ).toJson();
  const trials = (
    [
      [10, 10],
      [14, 3],
      [2, 1],
    ] as const
  ).map(([x, y]) => ({ design: { x }, outcome: read(y) }));
  const { best } = bestDesign({ study, trials, pending: [], seed: 5 });
  expect(best).toMatchObject({ parameters: { x: 10 } });
  expect(JSON.stringify(best)).not.toMatch(/10, ?3/);
});
