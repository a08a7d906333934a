import { expect, test } from "vitest";
import { importCandidates } from "../../src/study/import-candidates.ts";
import { studyOf } from "../support/open-study.ts";

const study = studyOf({
  parameters: [
    { kind: "continuous", name: "t", unit: "°C", min: 1, max: 100 },
    { kind: "categorical", name: "k", options: ["1", "2"] },
  ],
});

const table = (...lines: string[]) => lines.map((line, i) => ({ line: i + 1, cells: line.split(",") }));

test("a table of what can be made becomes designs with their lines, whatever else stands in it", () => {
  expect(importCandidates(table("id,k,t (°C),", "a,1,10,", ",,,", "b, 2 ,1e2,x"), study)).toEqual({
    designs: [
      { t: 10, k: "1" },
      { t: 100, k: "2" },
    ],
    lines: [2, 4],
  });
});

test("everything that is wrong with a table of what can be made is told at once, columns first", () => {
  const told = (...lines: string[]) => {
    const read = importCandidates(table(...lines), study, (cell) => `mend ${cell}`);
    return Array.isArray(read)
      ? read.map(({ line, code, path, hint }) => [line, code, path, hint?.match(/^mend.*/)?.[0]].join(" ").trim())
      : read;
  };
  expect(told("k,id,id", "3,x,x", "1,x", "2,,")).toEqual([
    "1 table.column id",
    "1 table.columnMissing t",
    "2 design.notAnOption k",
    "3 table.ragged",
  ]);
  expect(told("t,k", "ten,1", ",4")).toEqual([
    "2 trial.notANumber t mend ten",
    "3 trial.notANumber t",
    "3 design.notAnOption k",
  ]);
  expect(told("T;k", "1;2")).toEqual(["1 table.columnMissing t", "1 table.columnMissing k"]);
  for (const none of [[], ["t,k"], ["t,k", ","]])
    expect(told(...none)).toEqual([expect.stringContaining("table.empty")]);
});
