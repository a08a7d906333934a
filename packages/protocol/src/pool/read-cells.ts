import type { Fault, Outcome } from "@labloop/contracts";
import type { SourceText } from "../documents/source-text.ts";
import { type CsvRecord, splitRecords } from "../documents/split-records.ts";
import { faultOf } from "../outcome.ts";
import { firstOf } from "../check/check-candidates.ts";
import { dialectFault } from "./check-dialect.ts";

/** A table as it is written: texts, each with its place. */
export interface CellTable {
  readonly file: string;
  readonly columns: readonly string[];
  readonly rows: readonly CsvRecord[];
}

/** Chosen: some hundred thousand rows. */
const largestText = 64 * 1024 * 1024;

/** Returns the cells of a CSV text with a header row; columns that nobody asks for may have any name, and cells may be empty. */
export function readCells({ file, text }: SourceText): Outcome<CellTable> {
  const faults: Fault[] = [];
  const refuse = (line: number, column: number, code: string, message: string, hint?: string) => {
    faults.push({ ...faultOf(code, message, hint), file, line, column });
  };
  if (text.length > largestText) {
    refuse(1, 1, "table.tooLarge", `a table has at most ${largestText / 1024 / 1024} MiB`);
    return { ok: false, faults };
  }
  const dialect = dialectFault({ file, text });
  if (dialect !== null) return { ok: false, faults: [dialect] };
  const [header, ...rows] = splitRecords(text, refuse);
  if (faults.length > 0) return { ok: false, faults };
  const columns = header?.cells.map((cell) => cell.text) ?? [];
  if (header === undefined) refuse(1, 1, "table.empty", "a table begins with a row of column names");
  else if (rows.length === 0) refuse(1, 1, "table.empty", "there is no row below the column names");
  for (const { line, cells } of rows) {
    if (cells.length === columns.length) continue;
    refuse(
      line,
      1,
      "table.ragged",
      `this row has ${cells.length} cells, but there ${columns.length === 1 ? "is 1 column" : `are ${columns.length} columns`}`,
    );
  }
  return faults.length > 0 ? { ok: false, faults: firstOf(faults) } : { ok: true, value: { file, columns, rows } };
}

const number = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
/** What spreadsheets, R and pandas write where there is no number. */
const noNumber = /^(?:|-|n\/?a|#n\/a|nan|null|none)$/i;

/** Returns the number a cell holds, null when it says that there is none, undefined when it is no number at all. */
export function numberIn(text: string): number | null | undefined {
  if (noNumber.test(text)) return null;
  const value = number.test(text) ? Number(text) : Number.NaN;
  return Number.isFinite(value) ? value : undefined;
}
