import type { Fault } from "@labloop/contracts";
import { firstOf } from "../check/check-candidates.ts";
import { faultOf } from "../outcome.ts";
import { suggestOrList } from "../suggest.ts";
import { cellHint } from "./cell-hint.ts";
import { type CellTable, numberIn } from "./read-cells.ts";

/** A column as it was asked for: the value of each row of the table, null where the row lacks it. */
export interface Column<T extends number | string> {
  readonly name: string;
  readonly values: readonly (T | null)[];
  readonly faults: readonly Fault[];
  /** Returns a fault at the cell of a row. */
  readonly at: (row: number, fault: Fault) => Fault;
}

/** Returns a column of numbers; a text in it is a fault with its row and column. */
export function readNumbers(table: CellTable, name: string): Column<number> {
  const faults: Fault[] = [];
  const column = readTexts(table, name);
  const values = column.values.map((text, row) => {
    if (text === null) return null;
    const value = numberIn(text);
    if (value !== undefined) return value;
    const message = `'${text}' in the column '${name}' is no number`;
    faults.push(column.at(row, faultOf("pool.notNumber", message, cellHint(text))));
    return null;
  });
  return { ...column, values, faults: firstOf(faults) };
}

/** Returns a column of texts; an empty cell is lacking. */
export function readTexts({ file, columns, rows }: CellTable, name: string): Column<string> {
  const index = columns.indexOf(name);
  const values = rows.map(({ cells }) => {
    const text = cells[index]?.text ?? "";
    return text === "" ? null : text;
  });
  const at = (row: number, fault: Fault) => {
    const { line = 1, cells = [] } = rows[row] ?? {};
    return { ...fault, file, line, column: cells[index]?.column ?? 1 };
  };
  return { name, values, faults: [], at };
}

/** Returns what is wrong with a column's name: that it is not there, or there twice. */
export function columnFault({ file, columns }: CellTable, name: string): Fault | null {
  const times = columns.filter((column) => column === name).length;
  if (times === 1) return null;
  if (times > 1) return faultOf("pool.columnTwice", `the column '${name}' stands twice in ${file}`);
  const hint = suggestOrList(name, columns, "columns");
  return faultOf("pool.columnMissing", `there is no column '${name}' in ${file}`, hint);
}
