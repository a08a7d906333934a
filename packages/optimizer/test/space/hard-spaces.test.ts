import fc from "fast-check";
import { expect, test } from "vitest";
import { createRandom, type Random } from "../../src/random/create-random.ts";
import { openSpace } from "../../src/space/open-space.ts";
import { spaceOf, studyOf } from "../support/open-study.ts";

const names = (count: number) => Array.from({ length: count }, (_, i) => `x${i + 1}`);
const box = (count: number, min: number, max: number) =>
  names(count).map((name) => ({ kind: "continuous", name, min, max }));
const spanOf = (values: readonly number[]) => Math.max(...values) - Math.min(...values);
const ballOf = (centre: readonly number[]) => centre.map((at, i) => `(x${i + 1} - ${at})^2`).join(" + ");

const slabs = {
  "a sum between bounds near to each other": [
    { kind: "linear", terms: { x1: 1, x2: 2, x3: -1, x4: 0.5, x5: -3 }, min: 1, max: 1.000001 },
  ],
  "a difference with two bounds, written as two rules": [
    { kind: "linear", terms: { x1: 1, x2: -1 }, min: -1e-5 },
    { kind: "linear", terms: { x1: -2, x2: 2 }, min: -2e-5 },
  ],
};

test.each(Object.keys(slabs) as (keyof typeof slabs)[])("designs reach all of what %s leaves", (name) => {
  const space = spaceOf({ parameters: box(5, -5, 5), constraints: slabs[name] });
  const designs = space.candidates(200, createRandom(3));
  expect(designs.length).toBe(200);
  for (const own of names(5)) expect(spanOf(designs.map((design) => design[own] as number))).toBeGreaterThan(8);
});

test.each([1e-4, 1e-6])(
  "between two surfaces of an expression that lie %d apart designs are found all around",
  (width) => {
    const expression = "x1^2 + x2^2 + x3^2";
    const space = spaceOf({
      parameters: box(3, -1, 1),
      constraints: [{ kind: "expression", expression, min: 0.64, max: 0.64 + width }],
    });
    const designs = space.candidates(200, createRandom(5));
    expect(designs.length).toBe(200);
    for (const own of names(3)) expect(spanOf(designs.map((design) => design[own] as number))).toBeGreaterThan(1);
    const near = space.neighbours(designs[0]!, 0.02, 20, createRandom(2));
    expect(near.length).toBe(20);
    for (const design of [...designs, ...near]) expect(space.check(design)).toEqual([]);
    const far = near.filter((design) =>
      names(3).some((own) => Math.abs((design[own] as number) - (designs[0]![own] as number)) > 0.5),
    );
    expect(far).toEqual([]);
  },
);

test("two corners that no draw will meet are both found", () => {
  const [one, other] = [ballOf([0.1, 0.1, 0.2]), ballOf([0.9, 0.85, 0.7])];
  const space = spaceOf({
    parameters: box(3, 0, 1),
    constraints: [{ kind: "expression", expression: `(${one} - 1e-4) * (${other} - 1e-4)`, max: 0 }],
  });
  const upper = space.candidates(100, createRandom(1)).filter(({ x1 }) => (x1 as number) > 0.5);
  expect(upper.length).toBeGreaterThan(10);
  expect(upper.length).toBeLessThan(90);
});

test("of what a rule refuses nearly always no more is drawn than some tens of times what is asked for", () => {
  const space = spaceOf({
    parameters: box(6, 0, 1),
    constraints: [
      { kind: "expression", expression: "x1", max: 0.002 },
      { kind: "linear", terms: { x2: 1, x3: 1, x4: 1 }, max: 2 },
    ],
  });
  let drawn = 0;
  const random = createRandom(1);
  const counting: Random = {
    ...random,
    normal: () => {
      drawn++;
      return random.normal();
    },
  };
  expect(space.candidates(200, counting).length).toBe(200);
  // A walk takes three numbers a step, and five steps a draw.
  expect(drawn / 15 / 200).toBeLessThan(35);
});

test("the few designs that a sum leaves of a large grid are all found", () => {
  const terms = { x1: 311, x2: 577, x3: 911 };
  const parameters = names(3).map((name) => ({ kind: "integer", name, min: 0, max: 1000 }));
  const space = spaceOf({ parameters, constraints: [{ kind: "linear", terms, min: 99_999, max: 99_999 }] });
  const all = new Set<string>();
  for (let x2 = 0; x2 <= 173; x2++) {
    for (let x3 = 0; x3 <= 109; x3++) {
      const x1 = (99_999 - 577 * x2 - 911 * x3) / 311;
      if (Number.isInteger(x1) && x1 >= 0) all.add(JSON.stringify({ x1, x2, x3 }));
    }
  }
  expect(new Set(space.candidates(100, createRandom(4)).map((design) => JSON.stringify(design)))).toEqual(all);
});

test("a grid that is looked through holds what each cell of it by itself is judged to be", () => {
  const rule = fc.record({
    kind: fc.constant("linear"),
    terms: fc.record({ x1: fc.integer({ min: -3, max: 3 }), x2: fc.constantFrom(0.1, 1, -2.5), x3: fc.constant(0.3) }),
    min: fc.integer({ min: -4, max: 0 }),
    max: fc.integer({ min: 0, max: 3 }),
  });
  fc.assert(
    fc.property(fc.array(rule, { minLength: 1, maxLength: 3 }), (constraints) => {
      const parameters = names(3).map((name) => ({ kind: "continuous", name, min: -0.5, max: 0.7, step: 0.1 }));
      const space = openSpace(studyOf({ parameters, constraints }));
      const free = spaceOf({ parameters }).candidates(13 ** 3, createRandom(0));
      if (Array.isArray(space)) return space.every(({ code }) => code === "study.noDesign");
      const made = new Set(space.candidates(13 ** 3, createRandom(0)).map((design) => space.key(design)));
      expect(made).toEqual(
        new Set(free.filter((design) => space.isFeasible(design)).map((design) => space.key(design))),
      );
      return true;
    }),
    { numRuns: 25 },
  );
});

const narrow = {
  "a corner that an expression leaves": {
    parameters: box(3, 0, 1),
    constraints: [{ kind: "expression", expression: ballOf([0.3, 0.6, 0.4]), max: 0.0004 }],
  },
  "a blend of parts that are given to a hundredth": {
    parameters: box(3, 0.32, 0.34),
    constraints: [{ kind: "mixture", of: names(3) }],
  },
};

test.each(Object.keys(narrow) as (keyof typeof narrow)[])("%s is as wide to a model as a space of its own", (name) => {
  const space = spaceOf(narrow[name]);
  const designs = space.candidates(300, createRandom(9));
  const features = designs.map((design) => space.encode(design));
  for (let at = 0; at < 3; at++) {
    const span = spanOf(features.map((own) => own[at] as number));
    expect(span).toBeGreaterThan(0.8);
    expect(span).toBeLessThan(1.6);
  }
  const centre = designs[0]!;
  const steps = space
    .neighbours(centre, 0.02, 40, createRandom(1))
    .map((near) =>
      names(3).reduce((most, own) => Math.max(most, Math.abs((near[own] as number) - (centre[own] as number))), 0),
    );
  expect(steps.length).toBe(40);
  expect(Math.max(...steps)).toBeLessThan(0.02);
});

test("features stay on the scale of the bounds where rules leave most of it", () => {
  const draft = { parameters: box(2, 0, 10), constraints: [{ kind: "linear", terms: { x1: 1, x2: 1 }, max: 10 }] };
  expect([...spaceOf(draft).encode({ x1: 2, x2: 5 })]).toEqual([0.2, 0.5]);
});
