import { expect, test } from "vitest";
import { readRows, readStudy } from "../../src/index.ts";

const text = `parameters:
  - { kind: continuous, name: a, min: 0, max: 1 }
constraints:
  - kind: expression
    expression: a * b
    max: 2
objectives: [{ name: yield, goal: maximise }]
`;

test("a study is read with its defaults, and faults found in it later get their place in the text", () => {
  const { study, faults, place } = readStudy({ file: "s.yaml", text });
  expect(faults).toEqual([]);
  expect(study?.parameters[0]).toMatchObject({ name: "a", unit: "1", scale: "linear" });
  const fault = { code: "study.nameUnknown", message: "no b", path: "constraints.0.expression", column: 5 };
  expect(place(fault)).toMatchObject({ file: "s.yaml", line: 5, column: 21 });
  expect(place({ code: "study.noDesign", message: "none" })).toMatchObject({ file: "s.yaml", line: 1, column: 1 });
});

test("every key that no study has and every value of the wrong kind is told at once", () => {
  const wrong = text.replace("max: 2", 'max: "2"').replace("goal: maximise", "goal: maximise, colour: red");
  const { study, faults } = readStudy({ file: "s.yaml", text: wrong });
  expect(study).toBeNull();
  expect(new Set(faults.map(({ line }) => line))).toEqual(new Set([6, 7]));
});

test("rows are split with their lines whatever stands in the cells, and a stray quote is told", () => {
  const rows = readRows({ file: "d.csv", text: 'a,b\n"x, y\nz",\n\n<5,2\n' });
  expect(rows).toEqual({
    ok: true,
    value: [
      { line: 1, cells: ["a", "b"] },
      { line: 2, cells: ["x, y\nz", ""] },
      { line: 5, cells: ["<5", "2"] },
    ],
  });
  expect(readRows({ file: "d.csv", text: 'a\nb"c\n' })).toMatchObject({
    ok: false,
    faults: [{ file: "d.csv", line: 2 }],
  });
});

test("a key that stands in the wrong kind of map is told with the keys of its own kind, each once", () => {
  const text = `parameters:
  - { kind: continuous, name: a, min: 0, max: 1 }
  - { kind: continuous, name: b, min: 0, max: 1 }
constraints:
  - { kind: cardinality, of: [a, b], atMost: 1, terms: 2 }
  - { kind: mixtur, of: [a, b] }
objectives:
  - { name: y, goal: maximise }
`;
  const { faults } = readStudy({ file: "s.yaml", text });
  expect(faults.map(({ code, line, column }) => [code, line, column])).toEqual([
    ["document.unknownKey", 5, 49],
    ["document.value", 6, 13],
  ]);
  expect(faults[0]?.hint).toBe("keys here: kind, of, atLeast, atMost");
});
