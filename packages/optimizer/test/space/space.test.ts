import { expect, test } from "vitest";
import { createRandom } from "../../src/random/create-random.ts";
import { openSpace } from "../../src/space/open-space.ts";
import { faultsOf, spaceOf, studyOf } from "../support/open-study.ts";

const distance = (a: Float64Array, b: Float64Array) => Math.sqrt(a.reduce((sum, x, i) => sum + (x - b[i]!) ** 2, 0));

test("each kind of parameter becomes the features its encoding says, with its own lengthscales", () => {
  const space = spaceOf({
    parameters: [
      { kind: "continuous", name: "t", unit: "°C", min: 20, max: 120 },
      { kind: "continuous", name: "c", min: 0.01, max: 100, scale: "log" },
      { kind: "levels", name: "l", levels: [1, 2, 5] },
      { kind: "ordinal", name: "o", levels: ["low", "mid", "high"] },
      { kind: "categorical", name: "h", options: ["a", "b", "c"] },
      { kind: "categorical", name: "x", options: ["a", "b"], encoding: "one-hot" },
      { kind: "continuous", name: "p", min: 0, max: 50 },
      { kind: "continuous", name: "q", min: 40, max: 100 },
    ],
    constraints: [{ kind: "mixture", of: ["p", "q"], total: 100 }],
  });
  expect([...space.groups]).toEqual([0, 1, 2, 3, 4, 4, 4, 5, 6, 7, 8]);
  expect(space.width).toBe(11);
  const half = Math.SQRT1_2;
  const features = space.encode({ t: 70, c: 1, l: 2, o: "mid", h: "b", x: "a", p: 10, q: 90 });
  [0.5, 0.5, 0.25, 0.5, 0, half, 0, 1, 0, 0.1, 0.9].forEach((value, i) => expect(features[i]).toBeCloseTo(value, 12));
});

test("two of 64 options under hamming lie at distance 1, whichever they are", () => {
  const options = Array.from({ length: 64 }, (_, i) => `o${i}`);
  const space = spaceOf({ parameters: [{ kind: "categorical", name: "k", options }] });
  const [a, b, c] = ["o0", "o1", "o63"].map((k) => space.encode({ k })) as [Float64Array, Float64Array, Float64Array];
  expect(distance(a, b)).toBeCloseTo(1, 12);
  expect(distance(a, c)).toBeCloseTo(1, 12);
});

test("descriptors become at most eight uncorrelated features that keep alike options close", () => {
  const options = Array.from({ length: 12 }, (_, i) => `o${i}`);
  // Two true properties behind twenty descriptors of very different scales.
  const descriptors = Object.fromEntries(
    options.map((option, i) => [
      option,
      Array.from({ length: 20 }, (_, j) => 10 ** (j % 5) * ((j % 3) * i + (1 + (j % 2)) * ((i * i) % 7))),
    ]),
  );
  const space = spaceOf({
    parameters: [{ kind: "categorical", name: "k", options, encoding: "descriptors", descriptors }],
  });
  const features = options.map((k) => space.encode({ k }));
  expect(space.width).toBe(2);
  expect([...space.groups]).toEqual([0, 0]);
  const column = (j: number) => features.map((row) => row[j]!);
  expect(Math.max(...column(0)) - Math.min(...column(0))).toBeCloseTo(1, 12);
  expect(column(0).reduce((sum, x, i) => sum + x * column(1)[i]!, 0)).toBeCloseTo(0, 10);
});

test("more descriptors than options, or fewer, make the same features up to rounding", () => {
  const options = ["a", "b", "c", "d"];
  const rows = [
    [0, 1],
    [1, 0.2],
    [0.4, 0.9],
    [0.8, 0],
  ];
  const width = (copies: number) => {
    const descriptors = Object.fromEntries(
      options.map((k, i) => [k, Array.from({ length: copies }, () => rows[i]!).flat()]),
    );
    const space = spaceOf({
      parameters: [{ kind: "categorical", name: "k", options, encoding: "descriptors", descriptors }],
    });
    return options.map((k) => [...space.encode({ k })]);
  };
  const [few, many] = [width(1), width(5)];
  few.flat().forEach((value, i) => expect(many.flat()[i]).toBeCloseTo(value, 9));
});

test("a design is snapped to steps, whole numbers and levels, without dust", () => {
  const space = spaceOf({
    parameters: [
      { kind: "continuous", name: "s", min: 0.1, max: 0.95, step: 0.1 },
      { kind: "integer", name: "i", min: -3, max: 3 },
      { kind: "levels", name: "l", levels: [1, 2, 5] },
      { kind: "continuous", name: "c", min: 0, max: 1 },
    ],
  });
  expect(space.snap({ s: 0.34, i: -0.4, l: 3.9, c: 1.2 })).toEqual({ s: 0.3, i: 0, l: 5, c: 1 });
  expect(space.snap({ s: 7, i: 7, l: 7, c: 7 })).toEqual({ s: 0.9, i: 3, l: 5, c: 1 });
  expect(space.key({ s: 0.34, i: 2, l: 1, c: 0.5 })).toBe(space.key({ s: 0.1 + 0.2, i: 2.2, l: 1.1, c: 0.5 }));
  expect(space.key({ s: 0.3, i: 2, l: 1, c: 0.5 })).not.toBe(space.key({ s: 0.3, i: 2, l: 1, c: 0.5000001 }));
});

test("a snapped mixture makes its total exactly, moving the parts that rounding moved most", () => {
  const names = ["a", "b", "c"];
  const space = spaceOf({
    parameters: names.map((name) => ({ kind: "continuous", name, min: 0, max: 1, step: 0.1 })),
    constraints: [{ kind: "mixture", of: names }],
  });
  expect(space.snap({ a: 1 / 3, b: 1 / 3, c: 1 / 3 })).toEqual({ a: 0.4, b: 0.3, c: 0.3 });
  expect(space.snap({ a: 0.34, b: 0.63, c: 0.03 })).toEqual({ a: 0.4, b: 0.6, c: 0 });
});

test("a part that is 0 but for rounding is 0 where parts are counted, in what is set and in what lies near", () => {
  const parameters = ["a", "b", "c"].map((name) => ({ kind: "continuous", name, min: 0, max: 1 }));
  for (const constraints of [
    [{ kind: "mixture", of: ["a", "b", "c"], atMost: 2 }],
    [{ kind: "cardinality", of: ["a", "b", "c"], atMost: 2 }],
  ]) {
    const space = spaceOf({ parameters, constraints });
    const carriedOut = { a: 2e-13, b: 0.4, c: 0.6 };
    const near = space.neighbours(carriedOut, 0.05, 48, createRandom(1));
    expect(near.length).toBeGreaterThan(20);
    const counts = [space.snap(carriedOut), ...near].map(
      (design) => Object.values(design).filter((value) => value !== 0).length,
    );
    expect(Math.max(...counts)).toBe(2);
  }
});

test("everything that keeps a design from being made is said, with its values", () => {
  const space = spaceOf({
    parameters: [
      { kind: "continuous", name: "t", unit: "°C", min: 20, max: 120, step: 5 },
      { kind: "continuous", name: "a", min: 0, max: 1 },
      { kind: "continuous", name: "b", min: 0, max: 1 },
      { kind: "categorical", name: "solvent", options: ["water", "ethanol"] },
    ],
    constraints: [
      { kind: "mixture", of: ["a", "b"] },
      { kind: "expression", expression: "t * a", max: 10 },
      { kind: "cardinality", of: ["a", "b"], atMost: 1 },
    ],
  });
  const tell = (design: Record<string, number | string>) => space.check(design).map(({ message }) => message);
  expect(tell({ t: 132, a: 0.5, b: 0.4, solvent: "water" })).toEqual([
    '"t" is 132 °C, above 120',
    "the parts of the mixture sum to 0.9, not to 1: a 0.5, b 0.4",
    "the expression is 66, above 10: t 132, a 0.5",
    "2 of 2 are not 0, where at most 1 may be: a 0.5, b 0.4",
  ]);
  expect(tell({ t: 22, a: Number.NaN, solvent: "acetone", x: 1 })).toEqual([
    'no parameter is called "x"',
    '"t" is 22 °C, which cannot be set; the nearest that can is 20',
    '"a" is NaN, not a finite number',
    '"b" has no value',
    '"solvent" is "acetone", which is none of its options: water, ethanol',
  ]);
});

test("everything that is wrong with a study is said at once, each with its place", () => {
  expect(
    faultsOf({
      parameters: [
        { kind: "continuous", name: "a", min: 2, max: 1 },
        { kind: "continuous", name: "a", min: 0, max: 1, scale: "log" },
        { kind: "levels", name: "l", levels: [1, 3, 3] },
        { kind: "ordinal", name: "o", levels: ["x", "x"] },
        {
          kind: "categorical",
          name: "d",
          options: ["u", "v", "w"],
          encoding: "descriptors",
          descriptors: { u: [1], v: [1, 2], z: [0] },
        },
        {
          kind: "categorical",
          name: "e",
          options: ["u", "v"],
          encoding: "descriptors",
          descriptors: { u: [1, 1], v: [1, 2] },
        },
        {
          kind: "categorical",
          name: "f",
          options: ["u", "v", "w"],
          encoding: "descriptors",
          descriptors: { u: [1], v: [2], w: [1] },
        },
        { kind: "categorical", name: "g", options: ["u"], encoding: "descriptors" },
        { kind: "categorical", name: "h", options: ["u"], descriptors: { u: [1] } },
      ],
      constraints: [
        { kind: "linear", terms: { b: 1, o: 2 }, min: 0 },
        { kind: "expression", expression: "l * (2 + nope", max: 1 },
        { kind: "expression", expression: "l * nope", max: 1 },
        { kind: "cardinality", of: ["l", "l"] },
        { kind: "linear", terms: { l: 1 }, min: 8 },
      ],
    }),
  ).toEqual([
    "expression.syntax constraints.1.expression 14",
    "study.boundMissing constraints.3",
    "study.descriptorConstant parameters.5.descriptors",
    "study.descriptorsMissing parameters.4.descriptors",
    "study.descriptorsMissing parameters.7.descriptors",
    "study.descriptorsRagged parameters.4.descriptors.v",
    "study.descriptorsSame parameters.6.descriptors.w",
    "study.descriptorsUnknown parameters.4.descriptors.z",
    "study.descriptorsUnused parameters.8.descriptors",
    "study.levelsOrder parameters.2.levels.2",
    "study.logScale parameters.1.min",
    "study.nameTwice constraints.3.of.1",
    "study.nameTwice parameters.1.name",
    "study.nameUnknown constraints.0.terms.b",
    "study.nameUnknown constraints.2.expression 5",
    "study.notNumeric constraints.0.terms.o",
    "study.optionTwice parameters.3.levels.1",
    "study.outOfReach constraints.4",
    "study.rangeEmpty parameters.0",
  ]);
});

test("a list is refused with every member that is out of bounds, breaks a constraint or stands in it twice", () => {
  expect(
    faultsOf({
      parameters: [{ kind: "continuous", name: "a", min: 0, max: 1 }],
      constraints: [{ kind: "linear", terms: { a: 2 }, max: 1 }],
      candidates: [{ a: 0.1 }, { a: 0.7 }, { a: 4 }, { a: 0.1 }, { b: 0.1 }, { a: 0.2, b: 0.1 }],
    }),
  ).toEqual([
    "design.linear candidates.1",
    "design.linear candidates.2",
    "design.nameUnknown candidates.4",
    "design.nameUnknown candidates.5",
    "design.outOfBounds candidates.2",
    "design.valueMissing candidates.4",
    "study.candidateTwice candidates.3",
  ]);
});

test("near a design of a list are the nearest others, and not the design itself", () => {
  const space = spaceOf({
    parameters: [{ kind: "continuous", name: "a", min: 0, max: 1 }],
    candidates: [{ a: 0.9 }, { a: 0.1 }, { a: 0.4 }, { a: 0.2 }],
  });
  expect(space.neighbours({ a: 0.1 }, 0.1, 2, createRandom(1))).toEqual([{ a: 0.2 }, { a: 0.4 }]);
  expect(space.around({ a: 0.35 }, [0.1], 9, createRandom(1))).toEqual([
    { a: 0.4 },
    { a: 0.2 },
    { a: 0.1 },
    { a: 0.9 },
  ]);
});

test("constraints that leave no design are told before anything is asked for", () => {
  const parameters = ["a", "b"].map((name) => ({ kind: "continuous", name, min: 0, max: 1, step: 0.5 }));
  expect(faultsOf({ parameters, constraints: [{ kind: "mixture", of: ["a", "b"], total: 0.7 }] })).toEqual([
    "study.noDesign constraints",
  ]);
  const free = ["a", "b"].map((name) => ({ kind: "continuous", name, min: 0, max: 1 }));
  expect(
    faultsOf({
      parameters: free,
      constraints: [
        { kind: "linear", terms: { a: 1, b: 1 }, min: 1.5 },
        { kind: "linear", terms: { a: 1, b: -1 }, min: 0.9 },
      ],
    }),
  ).toEqual(["study.noDesign constraints"]);
});

test("a part of two mixtures is told by which of the constraints they are, counted from 1", () => {
  const parameters = ["a", "b", "c"].map((name) => ({ kind: "continuous", name, min: 0, max: 1 }));
  const constraints = [
    { kind: "mixture", of: ["a", "b"] },
    { kind: "mixture", of: ["b", "c"] },
  ];
  expect(openSpace(studyOf({ parameters, constraints }))).toMatchObject([
    { code: "study.mixtureTwice", message: expect.stringContaining("constraints 1 and 2"), path: "constraints.1.of.0" },
  ]);
});
