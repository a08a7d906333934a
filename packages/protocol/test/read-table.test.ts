import fc from "fast-check";
import { expect, test } from "vitest";
import { readTable } from "../src/index.ts";
import { readPlacedTable } from "../src/documents/read-table.ts";

const read = (text: string) => readTable({ file: "t.csv", text });

test("columns of numbers hold numbers and all others texts", () => {
  expect(read('n,file,id\r\n6,CB0001.GCO,007\r\n8,"a ""b"", c",1\r\n')).toEqual({
    ok: true,
    value: {
      columns: ["n", "file", "id"],
      rows: [
        { n: 6, file: "CB0001.GCO", id: "007" },
        { n: 8, file: 'a "b", c', id: "1" },
      ],
    },
  });
});

test("a byte-order mark, blank lines and a missing last line end are no content", () => {
  expect(read("\ufeffa,b\n1,2\n\n3,4")).toEqual(read("a,b\n1,2\n3,4\n"));
});

test("a row knows its line, also after a quoted line end", () => {
  const placed = readPlacedTable({ file: "t.csv", text: 'a,b\n"x\ny",1\nz,2\n' });
  expect(placed.ok ? placed.value.places : []).toEqual([
    { line: 2, columns: [1, 4] },
    { line: 4, columns: [1, 3] },
  ]);
});

test.each([
  ["", "table.empty", 1, 1],
  ["a,a\n1,2\n", "table.column", 1, 3],
  ["a,\n1,2\n", "table.column", 1, 3],
  ["a,b\n1,2\n3\n", "table.ragged", 3, 1],
  ["a,b\n1,2,3\n", "table.ragged", 2, 1],
  ["a,b\n1,\n", "table.cellEmpty", 2, 3],
  ['a,b\n1,x"y\n', "table.syntax", 2, 3],
  ['a,b\n1,"x\n', "table.syntax", 2, 3],
])("%j is refused with its place", (text, code, line, column) => {
  expect(read(text)).toMatchObject({
    ok: false,
    faults: expect.arrayContaining([expect.objectContaining({ code, file: "t.csv", line, column })]),
  });
});

test("what a table says comes back from its CSV text", () => {
  const cell = fc.oneof(fc.stringMatching(/^[a-z ",\n]{1,8}$/), fc.integer().map(String), fc.constant("007"));
  fc.assert(
    fc.property(fc.array(fc.tuple(cell, cell), { minLength: 1 }), (rows) => {
      const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;
      const outcome = read(["a,b", ...rows.map((row) => row.map(quote).join(","))].join("\n"));
      expect(outcome.ok ? outcome.value.rows.map((row) => Object.values(row).map(String)) : outcome.faults).toEqual(
        rows,
      );
    }),
  );
});

test("no text makes reading a table throw", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.stringMatching(/^[ab1,"\r\n]{0,60}$/)), (text) => {
      const outcome = read(text);
      if (!outcome.ok) expect(outcome.faults.length).toBeGreaterThan(0);
    }),
    { numRuns: 1000 },
  );
});

test("a quote that is never closed is told where it opens, and as what it is", () => {
  const read = readTable({ file: "t.csv", text: 'a,b\n1,"x\n2,y\n' });
  expect(read).toMatchObject({ faults: [{ line: 2, column: 3, message: "a quote opens here that is never closed" }] });
});
