import type { Design } from "@labloop/contracts";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createRandom } from "../../src/random/create-random.ts";
import { openSpace } from "../../src/space/open-space.ts";
import type { Space } from "../../src/space/space.ts";
import { spaceOf, type StudyDraft, studyOf } from "../support/open-study.ts";

const part = (name: string, step?: number, max = 1) => ({
  kind: "continuous",
  name,
  min: 0,
  max,
  ...(step === undefined ? {} : { step }),
});
const names = (count: number) => Array.from({ length: count }, (_, i) => `x${i + 1}`);

/** Holds candidates and the neighbours of the first of them to everything that is promised of designs. */
function expectSound(space: Space, designs: readonly Design[], seed: number): void {
  const near = designs.slice(0, 3).flatMap((design) => {
    const own = space.neighbours(design, 0.1, 20, createRandom(seed));
    expectDistinct(space, [design, ...own]);
    return own;
  });
  expectDistinct(space, designs);
  for (const design of [...designs, ...near]) {
    expect(space.check(design)).toEqual([]);
    expect(space.isFeasible(design)).toBe(true);
    expect(space.snap(design)).toEqual(design);
    expect(space.encode(design).every(Number.isFinite)).toBe(true);
  }
}

function expectDistinct(space: Space, designs: readonly Design[]): void {
  expect(new Set(designs.map((design) => space.key(design))).size).toBe(designs.length);
  expect(new Set(designs.map((design) => JSON.stringify(design))).size).toBe(designs.length);
}

const hard: Record<string, StudyDraft> = {
  "a simplex of seven parts": {
    parameters: names(7).map((name) => part(name)),
    constraints: [{ kind: "mixture", of: names(7) }],
  },
  "seven parts in steps of a twentieth": {
    parameters: names(7).map((name) => part(name, 0.05)),
    constraints: [{ kind: "mixture", of: names(7) }],
  },
  "seven parts, at most three of them, in percent": {
    parameters: names(7).map((name) => part(name, 2.5, 60)),
    constraints: [{ kind: "mixture", of: names(7), total: 100, atMost: 3 }],
  },
  "ten parts, at most two of them, without steps": {
    parameters: names(10).map((name) => part(name)),
    constraints: [{ kind: "mixture", of: names(10), atMost: 2 }],
  },
  "parts with different steps and one without": {
    parameters: [part("x1", 0.1), part("x2", 0.03), part("x3"), { ...part("x4", 0.05), min: 0.1, max: 0.4 }],
    constraints: [{ kind: "mixture", of: names(4) }],
  },
  "whole numbers under an equality": {
    parameters: names(5).map((name) => ({ kind: "integer", name, min: 0, max: 30 })),
    constraints: [{ kind: "linear", terms: { x1: 2, x2: 3, x3: 5, x4: 1, x5: -1 }, min: 60, max: 60 }],
  },
  "two equalities over six continuous parameters": {
    parameters: names(6).map((name) => ({ kind: "continuous", name, min: -1, max: 2 })),
    constraints: [
      { kind: "linear", terms: { x1: 1, x2: 1, x3: 1 }, min: 1, max: 1 },
      { kind: "linear", terms: { x3: 1, x4: -2, x5: 0.5, x6: 1 }, min: 0.25, max: 0.25 },
    ],
  },
  "a thin wedge between two inequalities": {
    parameters: names(8).map((name) => ({ kind: "continuous", name, min: 0, max: 100 })),
    constraints: [
      { kind: "linear", terms: Object.fromEntries(names(8).map((name) => [name, 1])), min: 20, max: 20.5 },
      { kind: "linear", terms: { x1: 1, x2: -1 }, min: 0 },
    ],
  },
  "exactly three of eight doses not 0": {
    parameters: names(8).map((name) => ({ kind: "integer", name, min: 0, max: 4 })),
    constraints: [{ kind: "cardinality", of: names(8), atLeast: 3, atMost: 3 }],
  },
  "an expression that refuses 99 in 100": {
    parameters: names(3).map((name) => ({ kind: "continuous", name, min: 0, max: 1 })),
    constraints: [{ kind: "expression", expression: "x1 * x2 * x3 ^ 2", min: 0.5 }],
  },
  "an expression that no draw will meet": {
    parameters: names(4).map((name) => ({ kind: "continuous", name, min: 0, max: 1 })),
    constraints: [
      { kind: "expression", expression: "(x1 - 0.3)^2 + (x2 - 0.6)^2 + (x3 - .1)^2 + (x4 - .9)^2", max: 0.0004 },
    ],
  },
};

describe("every candidate and neighbour can be made, and none comes twice", () => {
  test.each(Object.keys(hard))("%s", (name) => {
    const space = spaceOf(hard[name]!);
    const designs = space.candidates(300, createRandom(7));
    expect(designs.length).toBe(300);
    expectSound(space, designs, 7);
    expect(space.candidates(300, createRandom(7))).toEqual(designs);
    expect(space.neighbours(designs[0]!, 0.1, 20, createRandom(3)).length).toBe(20);
  });

  test("whatever the study", () => {
    const step = fc.option(fc.constantFrom(0.05, 0.1, 0.25), { nil: undefined });
    const study = fc
      .record({
        parts: fc.array(step, { minLength: 2, maxLength: 7 }),
        atMost: fc.option(fc.integer({ min: 1, max: 4 }), { nil: undefined }),
        total: fc.constantFrom(1, 100),
        whole: fc.integer({ min: 0, max: 50 }),
        bound: fc.double({ min: 0.3, max: 3, noNaN: true }),
        options: fc.integer({ min: 1, max: 64 }),
        encoding: fc.constantFrom("hamming", "one-hot"),
        rules: fc.subarray([0, 1, 2]),
      })
      .map(({ parts, atMost, total, whole, bound, options, encoding, rules }) => {
        const of = names(parts.length);
        const scaled = parts.map((size) => (size === undefined ? undefined : size * total));
        const all = [
          { kind: "mixture", of, total, ...(atMost === undefined ? {} : { atMost }) },
          { kind: "linear", terms: { x1: 1 / total, whole: 0.1, log: 0.01 }, max: bound },
          { kind: "expression", expression: "x1 * log / (1 + whole)", max: bound * 3 },
        ];
        return studyOf({
          parameters: [
            ...of.map((name, i) => part(name, scaled[i], total)),
            { kind: "integer", name: "whole", min: 0, max: whole },
            { kind: "continuous", name: "log", min: 0.1, max: 100, scale: "log" },
            { kind: "levels", name: "level", levels: [1, 2, 5] },
            { kind: "ordinal", name: "size", levels: ["small", "large"] },
            { kind: "categorical", name: "kind", options: names(options), encoding },
          ],
          constraints: rules.map((index) => all[index]),
        });
      });
    fc.assert(
      fc.property(study, fc.nat(1000), (drawn, seed) => {
        const space = openSpace(drawn);
        // Steps that cannot make the total, as 0.25 of one part and 0.1 of the only other, leave no design.
        if (Array.isArray(space)) return space.every(({ code }) => code === "study.noDesign");
        const designs = space.candidates(40, createRandom(seed));
        expect(designs.length).toBe(40);
        expectSound(space, designs, seed);
        return true;
      }),
      { numRuns: 60 },
    );
  });
});

test("a grid that holds fewer designs than asked for comes back whole", () => {
  const space = spaceOf({
    parameters: [
      { kind: "continuous", name: "a", min: 0, max: 1, step: 0.25 },
      { kind: "categorical", name: "b", options: ["u", "v", "w"] },
    ],
    constraints: [{ kind: "expression", expression: "a", max: 0.5 }],
  });
  expect(space.candidates(1000, createRandom(1)).length).toBe(9);
});

test("a list of 100,000 comes back whole and as it is, and neighbours are members", () => {
  const candidates = Array.from({ length: 100_000 }, (_, i) => ({ a: i / 7, b: `o${i % 5}` }));
  const space = spaceOf({
    parameters: [
      { kind: "continuous", name: "a", min: 0, max: 20_000 },
      { kind: "categorical", name: "b", options: ["o0", "o1", "o2", "o3", "o4"] },
    ],
    candidates,
  });
  expect(space.candidates(10, createRandom(1))).toEqual(candidates);
  const near = space.neighbours(candidates[500]!, 0.1, 5, createRandom(1));
  expect(near.length).toBe(5);
  expect(near.every((design) => space.isFeasible(design))).toBe(true);
  expect(space.check({ a: 0.5, b: "o0" })).toMatchObject([{ code: "design.notListed" }]);
});

test("parts of a mixture vanish and whole blends are reached, not only the middle", () => {
  const space = spaceOf({
    parameters: names(4).map((name) => part(name)),
    constraints: [{ kind: "mixture", of: names(4) }],
  });
  const designs = space.candidates(400, createRandom(5));
  const zeros = (count: number) =>
    designs.filter((design) => Object.values(design).filter((x) => x === 0).length === count);
  expect(zeros(1).length).toBeGreaterThan(10);
  expect(zeros(2).length).toBeGreaterThan(10);
  const mean = names(4).map((name) => designs.reduce((sum, design) => sum + (design[name] as number), 0) / 400);
  for (const share of mean) expect(Math.abs(share - 0.25)).toBeLessThan(0.05);
});

test("a walk inside a simplex is uniform: each part is above one half as often as it should be", () => {
  const space = spaceOf({
    parameters: names(3).map((name) => ({ ...part(name), min: 1e-6 })),
    constraints: [{ kind: "mixture", of: names(3) }],
  });
  const designs = space.candidates(3000, createRandom(11));
  for (const name of names(3)) {
    const share = designs.filter((design) => (design[name] as number) > 0.5).length / designs.length;
    expect(Math.abs(share - 0.25)).toBeLessThan(0.05);
  }
});
