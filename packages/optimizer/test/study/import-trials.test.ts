import { Trial } from "@labloop/contracts";
import { expect, test } from "vitest";
import { importTrials } from "../../src/study/import-trials.ts";
import { studyOf } from "../support/open-study.ts";

const study = studyOf({
  parameters: [
    { kind: "continuous", name: "t", min: 1, max: 100, scale: "log" },
    { kind: "categorical", name: "k", options: ["1", "2"] },
  ],
});

const table = (...lines: string[]) => lines.map((line, i) => ({ line: i + 1, cells: line.split(",") }));

test("a table becomes trials: numbers, bounds, uncertainties, what failed, what is being made, and what was not read", () => {
  const imported = importTrials(
    table(
      "note,k, t ,yield,yield uncertainty,status",
      "first,1,10,0.5,,",
      "x,2,1e1, -2.5 ,0.1,measured",
      "x,2,150,<0.1,,",
      "x,2,20,>9,,",
      "x,1,30,,,infeasible",
      "x,1,30,,,fault",
      "x,1,40,,,pending",
    ),
    study,
  );
  if (Array.isArray(imported)) throw new Error(JSON.stringify(imported));
  expect(imported.ignored).toEqual(["note"]);
  expect(imported.pending).toEqual([{ t: 40, k: "1" }]);
  expect(
    imported.trials.map(({ design, outcome }) => [
      design,
      outcome.status === "measured" ? outcome.values : outcome.status,
    ]),
  ).toEqual([
    [{ t: 10, k: "1" }, { yield: 0.5 }],
    [{ t: 10, k: "2" }, { yield: { value: -2.5, uncertainty: 0.1 } }],
    [{ t: 150, k: "2" }, { yield: { below: 0.1 } }],
    [{ t: 20, k: "2" }, { yield: { above: 9 } }],
    [{ t: 30, k: "1" }, "infeasible"],
    [{ t: 30, k: "1" }, "fault"],
  ]);
  expect(imported.lines).toEqual([2, 3, 4, 5, 6, 7]);
  for (const trial of imported.trials) expect(Trial.safeParse(trial).success).toBe(true);
});

test("every bad row is named by its line, with all that is wrong in it", () => {
  const faults = importTrials(
    table(
      "t,k,yield,status",
      "10,1,NaN,",
      "ten,3,Infinity,done",
      "10,1",
      "10,1,,",
      "-1,1,0x10,",
      "10,1,1e999,",
      ",2,1,",
    ),
    study,
  );
  expect(
    Array.isArray(faults) ? faults.map(({ line, path, code }) => [line, code, path].join(" ").trim()) : [],
  ).toEqual([
    "2 trial.notANumber yield",
    "3 trial.notANumber t",
    "3 design.notAnOption k",
    "3 trial.status status",
    "4 table.ragged",
    "5 trial.empty",
    "6 design.notPositive t",
    "6 trial.notANumber yield",
    "7 trial.notANumber yield",
    "8 trial.notANumber t",
  ]);
});

test("columns that are missing or twice are told before what is wrong in the others", () => {
  const told = (...lines: string[]) => {
    const faults = importTrials(table(...lines), study);
    return Array.isArray(faults) ? faults.map(({ line, code, path }) => [line, code, path].join(" ").trim()) : [];
  };
  const head = ["1 table.column t", "1 table.columnMissing k", "1 table.columnMissing"];
  expect(told("t,t,purity", "1,2,3")).toEqual(head);
  expect(told("t,t,purity", "1,2,3", "x,2,3", "1,2")).toEqual([...head, "3 trial.notANumber t", "4 table.ragged"]);
  expect(told("T,k,yield", "1,3,2,1", "1,3,a")).toEqual([
    "1 table.columnMissing t",
    "2 table.ragged",
    "3 design.notAnOption k",
    "3 trial.notANumber yield",
  ]);
  expect(importTrials([], study)).toMatchObject([{ code: "table.empty" }]);
});

test("a column may be headed by a name with its unit in parentheses; the plain name goes before it, and another unit is another column", () => {
  const heated = studyOf({
    parameters: [{ kind: "continuous", name: "temperature", unit: "°C", min: 0, max: 100 }],
    objectives: [{ name: "yield", unit: "%", goal: "maximise" }],
  });
  const headed = importTrials(table("temperature (°C),yield (%),yield uncertainty (%)", "20,5,0.5"), heated);
  expect(headed).toMatchObject({
    trials: [{ design: { temperature: 20 }, outcome: { values: { yield: { value: 5, uncertainty: 0.5 } } } }],
    ignored: [],
  });
  const twice = importTrials(table("temperature (°C),temperature,yield", "20,30,5"), heated);
  expect(twice).toMatchObject({ trials: [{ design: { temperature: 30 } }], ignored: ["temperature (°C)"] });
  const half = importTrials(table("temperature,yield,yield uncertainty (%)", "30,5,0.5"), heated);
  expect(half).toMatchObject({ trials: [{ outcome: { values: { yield: { value: 5, uncertainty: 0.5 } } } }] });
  const kelvin = importTrials(table("temperature (K),yield", "293,5"), heated);
  expect(kelvin).toMatchObject([{ code: "table.columnMissing", path: "temperature" }]);
});

test("a table without commas is told by what its cells seem to be separated", () => {
  for (const [separator, name] of [
    [";", "semicolons"],
    ["\t", "tabs"],
  ]) {
    const faults = importTrials([{ line: 1, cells: [`t${separator}k${separator}yield`] }], study);
    expect(faults).toMatchObject([{ path: "t" }, { path: "k" }, { code: "table.columnMissing" }]);
    for (const { hint } of faults as { hint: string }[]) expect(hint).toContain(`separated by ${name}`);
  }
});

test("of a reading and its uncertainty both are told where both are wrong, and an uncertainty beside a bound counts for nothing", () => {
  const columns = "t,k,yield,yield uncertainty";
  expect(importTrials(table(columns, "1,1,x,y", "1,1,2,0", "1,1,<2,y"), study)).toMatchObject([
    { line: 2, message: expect.stringContaining('"yield" is "x"') },
    { line: 2, message: expect.stringContaining('"yield uncertainty" is "y"') },
    { line: 3, code: "trial.uncertainty" },
  ]);
  expect(importTrials(table(columns, "1,1,<2,y"), study)).toMatchObject({ trials: [{}] });
});

test("columns without a name may stand there more than once, and are told by their place where anything stands in them", () => {
  expect(importTrials(table("t,k,yield,,", "1,1,2,,"), study)).toMatchObject({ trials: [{}], ignored: [] });
  expect(importTrials(table("t,,yield,,k", "1,,2,note,1", "1,,2,,1"), study)).toMatchObject({
    trials: [{}, {}],
    ignored: ["column 4, which has no name"],
  });
});

test("lines are told in which something was read though their status is not measured", () => {
  const imported = importTrials(
    table("t,k,yield,status", "1,1,2,infeasible", "1,1,,fault", "1,1,3,fault", "1,1,<4,pending", "1,1,,pending"),
    study,
  );
  expect(imported).toMatchObject({ setAside: [2, 4, 5], trials: [{}, {}, {}], pending: [{}, {}] });
});

test("rows of blank cells alone are passed over, and the others keep their lines", () => {
  const imported = importTrials(table("t,k,yield", "10,1,5", ",,", " , ", "20,2,6", ""), study);
  expect(imported).toMatchObject({ trials: [{ design: { t: 10 } }, { design: { t: 20 } }], lines: [2, 5] });
});

test("a quantity without a column is lacking, and one that nothing was read of is not", () => {
  const bounded = studyOf({
    parameters: study.parameters,
    outcomeConstraints: [
      { name: "heat", max: 3 },
      { name: "purity", min: 2 },
    ],
  });
  const imported = importTrials(table("t,k,purity,yield", "1,1,,3"), bounded);
  expect(imported).toMatchObject({ trials: [{}], lacking: ["heat"] });
});

test("of a quantity that is called status the column holds readings", () => {
  const named = studyOf({ parameters: study.parameters, objectives: [{ name: "status", goal: "maximise" }] });
  expect(importTrials(table("t,k,status", "1,1,3"), named)).toMatchObject({
    trials: [{ outcome: { status: "measured", values: { status: 3 } } }],
  });
});
