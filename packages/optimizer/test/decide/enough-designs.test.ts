import type { StudyDraft } from "@labloop/contracts";
import { expect, test } from "vitest";
import { createStudy } from "../../src/study/create-study.ts";

const objectives = [{ name: "y", goal: "maximise" as const }];
const whole = (name: string, max: number) => ({ kind: "integer" as const, name, min: 1, max });
const fresh = (draft: Omit<StudyDraft, "objectives">, seed: number) => createStudy({ ...draft, objectives }, { seed });

test.each<[string, StudyDraft["parameters"], number]>([
  ["whole numbers up to 1100", [whole("x", 1100)], 1100],
  ["a parameter without steps", [{ kind: "continuous", name: "x", min: 0, max: 1 }], 1500],
  ["a grid too large to be looked through as a whole", [whole("x", 150), whole("z", 150)], 1500],
])("of %s as many different designs are proposed as are asked for", (_, parameters, count) => {
  const designs = fresh({ parameters }, 1).ask(count);
  expect(new Set(designs.map(({ design }) => JSON.stringify(design))).size).toBe(count);
});

test("the last design that is not under way is found", () => {
  for (let seed = 0; seed < 10; seed++) {
    const study = fresh({ parameters: [whole("x", 2000)] }, seed);
    study.begin(...Array.from({ length: 1999 }, (_, i) => ({ x: i < 700 ? i + 1 : i + 2 })));
    expect(study.ask(2).map(({ design }) => design)).toEqual([{ x: 701 }]);
  }
});

test("what was not measured is proposed before anything is measured again", () => {
  for (let seed = 0; seed < 3; seed++) {
    const study = fresh({ parameters: [whole("x", 1300)] }, seed);
    study.tell(
      ...Array.from({ length: 1299 }, (_, i) => ({
        design: { x: i + 1 },
        outcome: { status: "measured" as const, values: { y: i } },
      })),
    );
    expect(study.ask()).toMatchObject([{ design: { x: 1300 }, replicate: false }]);
  }
});

test("the few designs that a rule leaves of a grid of middle size are all proposed", () => {
  const constraints = [{ kind: "expression" as const, expression: "a * b", min: 36, max: 36 }];
  for (let seed = 0; seed < 3; seed++) {
    const study = fresh({ parameters: [whole("a", 200), whole("b", 200)], constraints }, seed);
    const asked = Array.from({ length: 9 }, () => {
      const [proposal] = study.ask();
      study.tell({
        design: proposal!.design,
        outcome: { status: "measured", values: { y: proposal!.design["a"] as number } },
      });
      return proposal!;
    });
    expect(new Set(asked.map(({ design }) => design["a"])).size).toBe(9);
    expect(study.ask()).toMatchObject([{ replicate: true }]);
  }
});

const goals: Record<string, StudyDraft["objectives"]> = {
  "one objective": [{ name: "y", goal: "maximise" }],
  "a front": [
    { name: "y", goal: "maximise" },
    { name: "z", goal: "minimise" },
  ],
  "a desirability": [{ name: "y", goal: "maximise", desirability: { worst: 0, best: 9 } }],
};

test.each(Object.entries(goals))(
  "of %s as many are proposed as are asked for where designs were measured, and which are measured again is said",
  (_, own) => {
    const measured = (read: readonly number[]) => {
      const study = createStudy({ parameters: [whole("x", 4)], objectives: own }, { seed: 1 });
      for (const x of read) {
        study.tell({ design: { x }, outcome: { status: "measured", values: { y: x, z: x * (5 - x) } } });
      }
      return study.ask(4);
    };
    for (const read of [[2], [1, 2, 4], [1, 2, 3, 4]]) {
      const proposals = measured(read);
      expect(new Set(proposals.map(({ design }) => design["x"])).size).toBe(4);
      expect(proposals.map(({ replicate }) => replicate)).toEqual(
        Array.from({ length: 4 }, (_, i) => i >= 4 - read.length),
      );
      for (const { why, replicate } of proposals)
        expect(why.startsWith("measured again, as all were: ")).toBe(replicate);
    }
  },
);
