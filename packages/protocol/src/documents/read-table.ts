import type { Fault, LabDescription, Outcome } from "@labloop/contracts";
import { faultOf } from "../outcome.ts";
import type { SourceText } from "./source-text.ts";
import { splitRecords } from "./split-records.ts";

/** A table of a lab: column names, and rows that map each column to a number or a text. */
export type Table = LabDescription["tables"][string];

/** A table with the line of each row, and the columns (from 1) in which the cells of each row and of the header begin. */
export interface PlacedTable {
  readonly file: string;
  readonly table: Table;
  readonly header: readonly number[];
  readonly places: readonly { readonly line: number; readonly columns: readonly number[] }[];
}

/** Chosen: a hundred thousand rows, and a file that is read in a moment. */
const largestText = 16 * 1024 * 1024;
const mostFaults = 5;
const decimal = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/**
 * Returns the table that stands in a CSV text (RFC 4180, comma, header row).
 *
 * A column all of whose cells are decimal numbers holds numbers, any other holds texts: so `007` stays a text. Empty
 * cells, ragged rows, repeated or empty column names are faults.
 */
export function readTable(source: SourceText): Outcome<Table> {
  const placed = readPlacedTable(source);
  return placed.ok ? { ok: true, value: placed.value.table } : placed;
}

/** Returns the table of a CSV text with the place of every cell. */
export function readPlacedTable(source: SourceText): Outcome<PlacedTable> {
  const { file } = source;
  const faults: Fault[] = [];
  const refuse = (line: number, column: number, code: string, message: string, hint?: string) => {
    if (faults.length < mostFaults) faults.push({ ...faultOf(code, message, hint), file, line, column });
  };
  if (source.text.length > largestText) {
    refuse(1, 1, "table.tooLarge", `a table has at most ${largestText / 1024 / 1024} MiB`);
    return { ok: false, faults };
  }
  const [header, ...records] = splitRecords(source.text, refuse);
  const columns = header?.cells.map(({ text }) => text) ?? [];
  if (header === undefined) refuse(1, 1, "table.empty", "a table begins with a row of column names");
  header?.cells.forEach(({ text, column }, i) => {
    if (text === "" || text === "__proto__") refuse(header.line, column, "table.column", "a column must have a name");
    else if (columns.indexOf(text) < i)
      refuse(header.line, column, "table.column", `the column '${text}' stands here twice`);
  });
  for (const { line, cells } of records) {
    if (cells.length !== columns.length) {
      refuse(line, 1, "table.ragged", `this row has ${cells.length} cells, but there are ${columns.length} columns`);
    }
    for (const { text, column } of cells)
      if (text === "") refuse(line, column, "table.cellEmpty", "this cell is empty");
  }
  if (faults.length > 0) return { ok: false, faults };
  const isNumeric = columns.map((_, i) => records.every(({ cells }) => isDecimal(cells[i]?.text ?? "")));
  const rows = records.map(({ cells }) =>
    Object.fromEntries(
      columns.map((name, i) => [name, isNumeric[i] ? Number(cells[i]?.text) : (cells[i]?.text ?? "")]),
    ),
  );
  const places = records.map(({ line, cells }) => ({ line, columns: cells.map(({ column }) => column) }));
  const headerColumns = header?.cells.map(({ column }) => column) ?? [];
  return { ok: true, value: { file, table: { columns, rows }, header: headerColumns, places } };
}

function isDecimal(text: string): boolean {
  return decimal.test(text) && Number.isFinite(Number(text));
}
