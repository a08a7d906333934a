import type { DesignValue, Fault, StudyParameter } from "@labloop/contracts";

/** One line of a table, split into its cells. */
export interface TableRow {
  /** Its line in the file, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** A fault, with the cell that should hold a number where it does not. */
export type CellFault = Fault & { readonly cell?: string };

const DECIMAL = /^[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?$/;

/** Returns whether nothing stands in a row. */
export function isBlank({ cells }: TableRow): boolean {
  return cells.every((cell) => cell.trim() === "");
}

/** Returns a fault where a row has more or fewer cells than there are columns, else null. */
export function raggedness(cells: readonly string[], columns: readonly string[]): Fault | null {
  if (cells.length === columns.length) return null;
  const message = `it has ${cells.length} cells, but there are ${columns.length} columns`;
  return { code: "table.ragged", message };
}

/** Returns a fault of a cell with the row that it stands in, and with what would mend it where `adviseOn` knows. */
export function inRow(
  { cell, ...fault }: CellFault,
  { line }: TableRow,
  adviseOn: (cell: string) => string | undefined,
): Fault {
  const hint = cell === undefined ? undefined : adviseOn(cell);
  return { ...fault, ...(hint === undefined ? {} : { hint }), message: `row ${line}: ${fault.message}`, line };
}

/** Returns the value of a parameter that a cell says, which may lie outside its bounds, or what is wrong with it. */
export function readParameter(parameter: StudyParameter, cell: string): DesignValue | CellFault {
  const { name } = parameter;
  if (parameter.kind === "ordinal" || parameter.kind === "categorical") {
    const options = parameter.kind === "ordinal" ? parameter.levels : parameter.options;
    if (options.includes(cell)) return cell;
    const hint = options.length <= 12 ? { hint: `options are ${options.join(", ")}` } : {};
    return { code: "design.notAnOption", message: `"${name}" is "${cell}", which is none of its options`, ...hint };
  }
  const value = numberIn(name, cell);
  if (isFault(value) || value > 0 || parameter.kind !== "continuous" || parameter.scale !== "log") return value;
  return { code: "design.notPositive", message: `"${name}" is ${value}, which has no place on a logarithmic scale` };
}

/** Returns the number that a text says; a fault tells of the whole cell that it stands in. */
export function numberIn(name: string, text: string, cell = text): number | CellFault {
  const value = DECIMAL.test(text) ? Number(text) : Number.NaN;
  if (Number.isFinite(value)) return value;
  if (cell === "") return { code: "trial.notANumber", message: `"${name}" is empty` };
  return { code: "trial.notANumber", message: `"${name}" is "${cell}", not a finite number`, cell };
}

/** Returns whether what was read of a cell is a fault. */
export function isFault(read: unknown): read is CellFault {
  return typeof read === "object" && read !== null && "code" in read;
}
