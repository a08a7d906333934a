import type { StudyDraft, TrialValue } from "@labloop/contracts";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createStudy } from "../../src/study/create-study.ts";
import { logHope } from "../../src/decide/log-hope.ts";
import { logProbabilityWithin } from "../../src/acquisition/log-probability-within.ts";

const x = { kind: "continuous" as const, name: "x", min: 0, max: 1 };
const y = { name: "y", goal: "maximise" as const };
const z = { name: "z", goal: "minimise" as const };
const wave = (i: number) => Math.sin(1.7 * i);

type Values = Record<string, number>;

/** Plays some rounds, one of them of two designs, and returns what is proposed then. */
function propose(draft: Partial<StudyDraft>, read: (i: number, at: number) => Values, seed = 1) {
  const study = createStudy({ parameters: [x], objectives: [y], ...draft }, { seed });
  for (let i = 0; i < 6; i++) {
    for (const { design } of study.ask(i === 2 ? 2 : 1)) {
      study.tell({ design, outcome: { status: "measured", values: read(i, design["x"] as number) } });
    }
  }
  return study.propose(2);
}

test.each([1e300, 1e200, 1e160, 1e-160, 1e-200, 1e-300])(
  "a limited quantity of size %d is learned from as one of size 1 is",
  (size) => {
    // It keeps its bounds below the middle, and the objective grows.
    const read = (own: number) => (_: number, at: number) => ({ y: at, p: own * (at - 0.5) });
    const draft = (own: number) => ({ outcomeConstraints: [{ name: "p", min: -0.4 * own, max: 0 }] });
    for (const seed of [1, 2]) {
      const found = propose(draft(size), read(size), seed).best?.design["x"] as number;
      expect(found).toBeCloseTo(propose(draft(1), read(1), seed).best?.design["x"] as number, 2);
      expect(found).toBeLessThan(0.5);
    }
  },
);

test.each<[string, Partial<StudyDraft>, (i: number) => Values]>([
  [
    "bounds at the ends of the range of numbers",
    { outcomeConstraints: [{ name: "p", min: -1.7e308, max: 1.7e308 }] },
    (i) => ({ y: wave(i), p: wave(i) }),
  ],
  [
    "a bound that nothing can reach",
    { outcomeConstraints: [{ name: "p", min: 1.7e308 }] },
    (i) => ({ y: wave(i), p: wave(i) }),
  ],
  [
    "readings far smaller than their bounds",
    { outcomeConstraints: [{ name: "p", min: 1, max: 2 }] },
    (i) => ({ y: wave(i), p: 1e-200 * wave(i + 3) }),
  ],
  [
    "references at the ends of the range of numbers",
    {
      objectives: [
        { ...y, reference: -1e308 },
        { ...z, reference: 1e308 },
      ],
    },
    (i) => ({ y: wave(i), z: wave(2 * i) }),
  ],
  [
    "a front over the whole range of numbers",
    { objectives: [y, z] },
    (i) => ({ y: 1.7e308 * wave(i), z: 1e-300 * wave(2 * i) }),
  ],
  [
    "great weights of desirabilities",
    {
      objectives: [
        { ...y, desirability: { worst: -1, best: 1, weight: 1e308 } },
        { ...z, desirability: { worst: 1, best: -1, weight: 1e308 } },
      ],
    },
    (i) => ({ y: wave(i), z: wave(2 * i) }),
  ],
  [
    "desirabilities over the whole range of numbers",
    { objectives: [{ ...y, desirability: { worst: -1e308, best: 1e308 } }] },
    (i) => ({ y: 0.1 * wave(i) }),
  ],
  [
    "a desirability of no width",
    { objectives: [{ ...y, desirability: { worst: 0, best: 5e-324 } }] },
    (i) => ({ y: wave(i) }),
  ],
  ["costs over the whole range of numbers", { cost: { expression: "10 ^ (600 * x - 300)" } }, (i) => ({ y: wave(i) })],
  ["a steep cost", { cost: { expression: "1e-320 + x * 1e300" } }, (i) => ({ y: 1e300 * wave(i) })],
  [
    "costs of a front over the whole range",
    { objectives: [y, z], cost: { expression: "10 ^ (600 * x - 300)" } },
    (i) => ({ y: wave(i), z: wave(2 * i) }),
  ],
])("%s: designs are proposed, with finite figures", (_, draft, read) => {
  for (const seed of [0, 1, 2]) expect(propose(draft, read, seed).proposals.length).toBe(2);
});

test("designs that cannot keep their bounds are proposed all the same, with a finite figure", () => {
  const parameters = [{ kind: "ordinal" as const, name: "x", levels: ["a", "b", "c"] }];
  const outcomeConstraints = [{ name: "p", min: -1, max: 1 }];
  const study = createStudy({ parameters, objectives: [y], outcomeConstraints }, { seed: 1 });
  const readings: [string, TrialValue][] = [
    ["a", { below: -1e300 }],
    ["a", 1.7e51],
  ];
  for (const [own, p] of readings) {
    study.tell({ design: { x: own }, outcome: { status: "measured", values: { y: 1, p } } });
  }
  study.tell({ design: { x: "b" }, outcome: { status: "measured", values: { y: 2 } } });
  study.tell({ design: { x: "c" }, outcome: { status: "infeasible" } });
  for (const { acquisition } of study.propose(3).proposals) expect(acquisition.value).toBeLessThan(0);
});

test("whatever is read, in a list or not, with related campaigns or a trial far outside the bounds, something is proposed", () => {
  const size = fc.tuple(fc.double({ min: -10, max: 10, noNaN: true }), fc.integer({ min: -307, max: 307 }));
  const reading = size.map(([digits, power]) => digits * Number(`1e${power}`));
  const trial = fc.record({
    at: fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), reading),
    y: reading,
    z: reading,
    p: reading,
    isRelated: fc.boolean(),
  });
  const objectives = fc.constantFrom<StudyDraft["objectives"][]>([y], [{ ...y, goal: "minimise" }], [y, z]);
  const limits = fc.constantFrom<NonNullable<StudyDraft["outcomeConstraints"]>[]>([], [{ name: "p", max: 0.5 }]);
  // In a list the variance of surfaces is learned.
  const list = [0, 0.1, 0.25, 0.3, 0.5, 0.6, 0.8, 0.9, 1].map((own) => ({ x: own }));
  fc.assert(
    fc.property(
      fc.array(trial, { minLength: 1, maxLength: 7 }),
      objectives,
      limits,
      fc.boolean(),
      (trials, wanted, outcomeConstraints, isListed) => {
        const draft = { parameters: [x], objectives: wanted, outcomeConstraints };
        const study = createStudy(isListed ? { ...draft, candidates: list } : draft, { seed: 1 });
        study.tell(
          ...trials.map(({ at, isRelated, ...values }) => ({
            design: { x: at },
            ...(isRelated ? { task: "before" } : {}),
            outcome: { status: "measured" as const, values },
          })),
        );
        expect(study.propose(2).proposals.length).toBe(2);
      },
    ),
    { numRuns: 100 },
  );
});

test("hope is finite and prefers what is news, and a probability far out is none, not nothing at all", () => {
  const known = [Float64Array.of(0.5)];
  const none = Number.NEGATIVE_INFINITY;
  const [near, far] = [0.51, 0.9].map((at) => logHope(none, none, Float64Array.of(at), known)) as [number, number];
  expect(far).toBeGreaterThan(near);
  expect(near).toBeGreaterThan(none);
  expect(logHope(-1e9, none, Float64Array.of(0.51), known)).toBeGreaterThan(far);
  expect(logProbabilityWithin(0, 1, 1e200, 2e200)).toBe(none);
});
