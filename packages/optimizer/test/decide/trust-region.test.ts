import { type Design, Study, type Trial } from "@labloop/contracts";
import fc from "fast-check";
import { expect, test } from "vitest";
import { proposeDesigns } from "../../src/decide/propose-designs.ts";
import { regionLength } from "../../src/decide/trust-region.ts";
import { createRandom } from "../../src/random/create-random.ts";
import { openSpace } from "../../src/space/open-space.ts";

const WIDE = 20;
const names = Array.from({ length: WIDE }, (_, i) => `x${i}`);
const study = Study.parse({
  parameters: names.map((name) => ({ kind: "continuous", name, min: 0, max: 1 })),
  objectives: [{ name: "y", goal: "maximise" }],
});

/** A history whose best design is the first, at the centre, followed by so many of which there is nothing to learn. */
function history(others: number, of = names): Trial[] {
  const random = createRandom(3);
  return Array.from({ length: 1 + others }, (_, i): Trial => {
    const design: Design = Object.fromEntries(of.map((name) => [name, i === 0 ? 0.5 : random.uniform()]));
    return { design, outcome: { status: "measured", values: { y: i === 0 ? 6 : random.normal() } } };
  });
}

function farthestMoved(trials: readonly Trial[], seed: number, own = study): number {
  const answer = proposeDesigns({ study: own, trials, pending: [], seed, count: 2 });
  if (Array.isArray(answer)) throw new Error("refused");
  return Math.max(
    ...answer.proposals.flatMap(({ design }) =>
      Object.values(design).map((value) => Math.abs((value as number) - 0.5)),
    ),
  );
}

test("in twenty dimensions a row of failures brings the proposals near the best design, and few readings do not", () => {
  // Twenty readings look everywhere; then sixty failures, twelve a halving, leave a fortieth of the cube.
  expect(farthestMoved(history(10), 1)).toBeGreaterThan(0.2);
  for (const seed of [1, 2, 3]) expect(farthestMoved(history(WIDE - 1 + 60), seed)).toBeLessThan(0.1);
});

test("sixteen parameters that can be varied are looked through near the best design, fifteen everywhere", () => {
  const moved = (width: number) => {
    const parameters = [
      ...study.parameters.slice(0, width),
      // What cannot be varied makes no space wider.
      ...study.parameters.slice(width, width + 2).map((own) => ({ ...own, min: 0.5, max: 0.5 })),
    ];
    const own = Study.parse({ ...study, parameters });
    const trials = history(75, names.slice(0, width)).map((trial) => ({
      ...trial,
      design: { ...Object.fromEntries(parameters.map(({ name }) => [name, 0.5])), ...trial.design },
    }));
    return farthestMoved(trials, 1, own);
  };
  expect(moved(16)).toBeLessThan(0.1);
  expect(moved(15)).toBeGreaterThan(0.2);
});

test("the length of the box doubles with three improvements in a row and halves with twelve readings without one", () => {
  const start = [...names.keys()];
  const better = (count: number) => Array.from({ length: count }, (_, i) => 100 + i);
  const worse = (count: number) => Array.from({ length: count }, () => 0);
  expect(regionLength(start.slice(1), WIDE)).toBeNull();
  expect(regionLength(start, WIDE)).toBe(0.8);
  expect(regionLength([...start, ...better(3)], WIDE)).toBe(1.6);
  expect(regionLength([...start, ...better(30)], WIDE)).toBe(1.6);
  expect(regionLength([...start, ...worse(11)], WIDE)).toBe(0.8);
  expect(regionLength([...start, ...worse(12)], WIDE)).toBe(0.4);
  expect(regionLength([...start, ...worse(24)], WIDE)).toBe(0.2);
  expect(regionLength([...start, ...worse(12 * 7)], WIDE)).toBe(0.8);
});

test("the box depends on order and improvements alone, not on the unit of the readings, and is never outside its lengths", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -50, max: 50 }), { minLength: WIDE, maxLength: 200 }), (values) => {
      const length = regionLength(values, WIDE) as number;
      expect(length).toBeGreaterThanOrEqual(1 / 128);
      expect(length).toBeLessThanOrEqual(1.6);
      expect(
        regionLength(
          values.map((value) => 1000 + 64 * value),
          WIDE,
        ),
      ).toBe(length);
    }),
  );
});

test("designs around another can be made, are new, and stay in the box, with mixtures, steps and categories among the axes", () => {
  const mixed = Study.parse({
    parameters: [
      ...["a", "b", "c"].map((name) => ({ kind: "continuous", name, min: 0, max: 1, step: 0.05 })),
      { kind: "continuous", name: "heat", min: 0, max: 200, step: 1 },
      { kind: "categorical", name: "base", options: ["K3PO4", "KOAc"] },
    ],
    constraints: [{ kind: "mixture", of: ["a", "b", "c"] }],
    objectives: [{ name: "y", goal: "maximise" }],
  });
  const space = openSpace(mixed);
  if (Array.isArray(space)) throw new Error("refused");
  const centre = { a: 0.4, b: 0.3, c: 0.3, heat: 100, base: "KOAc" };
  const found = space.around(centre, new Float64Array(5).fill(0.2), 100, createRandom(1));
  expect(found).toHaveLength(100);
  expect(new Set(found.map((design) => space.key(design))).size).toBe(100);
  for (const design of found) {
    expect(space.check(design)).toEqual([]);
    expect(design).not.toEqual(centre);
    expect(Math.abs((design["heat"] as number) - 100)).toBeLessThanOrEqual(20);
  }
});
