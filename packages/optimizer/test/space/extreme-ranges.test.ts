import fc from "fast-check";
import { expect, test } from "vitest";
import { createStudy } from "../../src/study/create-study.ts";
import { createRandom } from "../../src/random/create-random.ts";
import { faultsOf, spaceOf } from "../support/open-study.ts";

const x = (more: object) => ({ kind: "continuous", name: "x", ...more });

test("a range of any width is filled by what is drawn from it, to a millionth of it", () => {
  const width = fc.tuple(fc.double({ min: 1, max: 9.9, noNaN: true }), fc.integer({ min: -300, max: 307 }));
  fc.assert(
    fc.property(width, fc.boolean(), fc.nat(1000), ([digits, power], isCentred, seed) => {
      const max = Number(`${digits}e${power}`);
      const space = spaceOf({ parameters: [x({ min: isCentred ? -max / 2 : 0, max: isCentred ? max / 2 : max })] });
      const places = space.candidates(64, createRandom(seed)).map((design) => (design["x"] as number) / max);
      expect(places.length).toBe(64);
      // A Sobol sequence has one of 64 in each 64th; a millionth is what rounding may move it by.
      const cells = new Set(places.map((place) => Math.floor(64 * (place + (isCentred ? 0.5 : 0)))));
      expect(cells.size).toBeGreaterThan(58);
      expect(new Set(space.candidates(64, createRandom(seed)).map((design) => space.key(design))).size).toBe(64);
    }),
    { numRuns: 100 },
  );
});

test("steps from a start of many digits are met to the unit", () => {
  const space = spaceOf({ parameters: [x({ min: 1_700_000_000_000, max: 1_700_000_000_050, step: 7 })] });
  const designs = space.candidates(100, createRandom(1)).map((design) => design["x"] as number);
  expect(designs.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 8 }, (_, i) => 1_700_000_000_000 + 7 * i));
  expect(space.check({ x: 1_700_000_000_010 })).toMatchObject([{ code: "design.offGrid" }]);
});

test("a start that is next to nothing beside its steps is a start: a logarithm has a place for it, and it is within bounds", () => {
  const space = spaceOf({ parameters: [x({ min: 1e-12, max: 1, step: 0.2, scale: "log" })] });
  const designs = space.candidates(100, createRandom(1)).map((design) => design["x"] as number);
  expect(Math.min(...designs)).toBe(1e-12);
  for (const value of designs) expect(space.encode({ x: value }).every(Number.isFinite)).toBe(true);
});

test.each([Number.MAX_VALUE, -Number.MAX_VALUE, 1e200, 1e160])(
  "a design carried out at %d, however narrow the range, keeps nothing from being learned of the others",
  (value) => {
    const parameters = [x({ min: 0, max: 1e-3 })] as never;
    const study = createStudy({ parameters, objectives: [{ name: "y", goal: "maximise" }] }, { seed: 1 });
    const tell = (at: number, y: number) =>
      study.tell({ design: { x: at }, outcome: { status: "measured", values: { y } } });
    tell(value, 0);
    for (let i = 0; i <= 8; i++) tell(i / 8000, Math.sin(i));
    const [model] = study.propose().models;
    expect(model?.skill).toBeGreaterThan(0.5);
    // Fitted, and not what is assumed before any reading.
    expect(model?.members[0]?.lengthscales[0]).not.toBeCloseTo(0.7, 3);
  },
);

test("a narrow logarithmic range is more than its ends", () => {
  const space = spaceOf({ parameters: [x({ min: 1, max: 1 + 1e-9, scale: "log" })] });
  expect(space.candidates(50, createRandom(1)).length).toBe(50);
});

test.each([
  ["a range wider than the largest number", x({ min: -1e308, max: 1e308 }), "study.rangeTooWide parameters.0"],
  [
    "levels further apart than the largest number",
    { kind: "levels", name: "x", levels: [-1.5e308, 0, 1.5e308] },
    "study.rangeTooWide parameters.0",
  ],
  ["steps that rounding loses", x({ min: 0, max: 1, step: 1e-310 }), "study.stepTooFine parameters.0.step"],
  ["steps lost at one end", x({ min: 0, max: 1e20, step: 1 }), "study.stepTooFine parameters.0.step"],
])("%s are refused", (_, parameter, fault) => {
  expect(faultsOf({ parameters: [parameter] })).toEqual([fault]);
});

test.each([
  ["one option with descriptors and nothing else", { a: [1, 2] }],
  ["descriptors at the ends of the range of numbers", { a: [1e308], b: [-1e308], c: [0] }],
])("%s: a study goes on", (_, descriptors) => {
  const study = createStudy(
    {
      parameters: [
        { kind: "categorical", name: "k", options: Object.keys(descriptors), encoding: "descriptors", descriptors },
      ],
      objectives: [{ name: "y", goal: "maximise" }],
    },
    { seed: 1 },
  );
  for (let i = 0; i < 4; i++) {
    const [proposal] = study.ask();
    study.tell({ design: proposal!.design, outcome: { status: "measured", values: { y: i } } });
  }
  expect(study.best()).not.toBeNull();
});

test("the last step is no further than the bound, also of a bound that was computed with dust", () => {
  const max = -0.05 - 5e-17;
  const space = spaceOf({ parameters: [{ kind: "continuous", name: "x", min: -1, max, step: 0.095 }] });
  const values = space.candidates(20, createRandom(1)).map(({ x }) => x as number);
  expect(values.length).toBe(11);
  expect(Math.max(...values)).toBe(max);
  expect(max).toBeLessThan(-0.05);
});
