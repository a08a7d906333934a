import { type Design, Study, type Trial } from "@labloop/contracts";
import { expect, test } from "vitest";
import { proposeDesigns } from "../../src/decide/propose-designs.ts";

const few = Study.parse({
  parameters: [{ kind: "integer", name: "x", min: 0, max: 3 }],
  objectives: [{ name: "y", goal: "maximise" }],
});

/** Plays experiments of which those at `broken` fault. */
function played(broken: (x: number) => boolean, experiments: number, objectives = few.objectives): number[] {
  const study = { ...few, objectives };
  const trials: Trial[] = [];
  while (trials.length < experiments) {
    const answer = proposeDesigns({ study, trials, pending: [], seed: 1 });
    if (Array.isArray(answer)) throw new Error(answer.map(({ message }) => message).join("; "));
    const { design } = answer.proposals[0] as { design: Design };
    const x = design["x"] as number;
    const values = { y: x, z: -x };
    trials.push({ design, outcome: broken(x) ? { status: "fault" } : { status: "measured", values } });
  }
  return trials.map(({ design }) => design["x"] as number);
}

test.each([
  ["one objective", few.objectives],
  ["a front", [...few.objectives, { ...(few.objectives[0] as (typeof few.objectives)[number]), name: "z" }]],
])("of %s, a design that always faults is asked for twice, and then what else there is", (_, objectives) => {
  const asked = played((x) => x === 2, 5, objectives);
  expect(asked.filter((x) => x === 2).length).toBeLessThanOrEqual(2);
  expect(new Set(asked)).toEqual(new Set([0, 1, 2, 3]));
});

test("a fault now and then is tried again, and what fails whatever is asked goes on being asked for", () => {
  let runs = 0;
  expect(new Set(played(() => runs++ === 1, 5))).toEqual(new Set([0, 1, 2, 3]));
  expect(new Set(played(() => true, 12))).toEqual(new Set([0, 1, 2, 3]));
});

test("too few others are made up for by what fails", () => {
  const fault = (x: number): Trial => ({ design: { x }, outcome: { status: "fault" } });
  const measured = (x: number): Trial => ({ design: { x }, outcome: { status: "measured", values: { y: x } } });
  const trials = [fault(3), fault(3), measured(0), measured(1)];
  const askedOf = (count: number) => {
    const answer = proposeDesigns({ study: few, trials, pending: [], seed: 1, count });
    return Array.isArray(answer) ? [] : answer.proposals.map(({ design }) => design["x"] as number);
  };
  expect(askedOf(1)).toEqual([2]);
  expect(new Set(askedOf(4))).toEqual(new Set([0, 1, 2, 3]));
});

test("what faulted in a related campaign is asked for here like any other", () => {
  const fault: Trial = { design: { x: 3 }, outcome: { status: "fault" } };
  const measured = [0, 1, 2].map((x): Trial => ({ design: { x }, outcome: { status: "measured", values: { y: x } } }));
  const asked = (task: Partial<Trial>) => {
    const trials = [...measured, { ...fault, ...task }, { ...fault, ...task }];
    const answer = proposeDesigns({ study: few, trials, pending: [], seed: 1 });
    return Array.isArray(answer) ? [] : answer.proposals.map(({ design }) => design["x"]);
  };
  expect(asked({ task: "spring" })).toEqual([3]);
  expect(asked({})).not.toEqual([3]);
});
