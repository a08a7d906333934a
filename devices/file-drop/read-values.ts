import { LabError, type Value } from "@labloop/contracts";
import type { DeclaredOperation, ReadValue } from "./declaration.ts";
import { type DroppedFile, type FileParser, readNumber, readRows } from "./parser.ts";

type Layout = DeclaredOperation["result"];

/** Returns the parser of a file whose columns and labels are declared. */
export function parserOf(layout: Layout): FileParser {
  const entries = Object.entries(layout.values);
  return (file) => {
    const rows = readRows(file.text, layout.delimiter);
    const table = tableOf(rows, layout);
    return Object.fromEntries(entries.map(([name, value]) => [name, readValue(name, value, rows, table, layout)]));
  };
}

/**
 * Returns whether a file has what its result is told by in the right places; throws `fileDrop.unreadable` when it has no
 * such columns or labels.
 */
export function matches(file: Pick<DroppedFile, "text">, layout: Layout, wanted: Readonly<Record<string, string>>) {
  const names = Object.keys(wanted);
  if (names.length === 0) return true;
  const rows = readRows(file.text, layout.delimiter);
  return names.every((name) => {
    const at = rows.findIndex((row) => row.includes(name));
    if (at < 0) throw new LabError("fileDrop.unreadable", `it has no column or label "${name}"`);
    const column = rows[at]?.indexOf(name) ?? 0;
    const below = rows.slice(at + 1 + layout.skipRows).map((row) => row[column]);
    // It may be a heading, or the label of the cell beside it.
    const beside = column === 0 ? rows[at]?.[1] : undefined;
    return beside === wanted[name] || below.includes(wanted[name]);
  });
}

interface ValueTable {
  readonly headings: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** The first row that has every declared heading begins the table; an empty row ends it. Without headings all is values. */
function tableOf(rows: readonly (readonly string[])[], { values, skipRows }: Layout): ValueTable {
  const wanted = Object.values(values).flatMap(({ column }) => (typeof column === "string" ? [column] : []));
  const at = wanted.length === 0 ? -1 : rows.findIndex((row) => wanted.every((heading) => row.includes(heading)));
  if (wanted.length > 0 && at < 0) {
    throw new LabError(
      "fileDrop.unreadable",
      `no row has the headings ${wanted.map((name) => `"${name}"`).join(", ")}`,
    );
  }
  const below = rows.slice(at + 1 + skipRows);
  const end = below.findIndex((row) => row.every((cell) => cell === ""));
  return { headings: rows[at] ?? [], rows: end < 0 ? below : below.slice(0, end) };
}

function readValue(
  name: string,
  value: ReadValue,
  rows: readonly (readonly string[])[],
  table: ValueTable,
  { decimal }: Layout,
): Value {
  const number = (cell: string | undefined) => {
    const read = readNumber(cell, decimal);
    // Without a factor the value stays exactly as it was written.
    return value.times === 1 ? read : Number((read * value.times).toPrecision(15));
  };
  if (value.label !== undefined) {
    const row = rows.find(([first]) => first === value.label);
    if (row === undefined) throw new LabError("fileDrop.unreadable", `no row begins with "${value.label}"`);
    return scalar(value, row[1], number);
  }
  const column = typeof value.column === "number" ? value.column - 1 : table.headings.indexOf(value.column ?? "");
  const cells = table.rows.map((row) => row[column]);
  if (value.type === "series") return { values: cells.map(number), unit: value.unit };
  const index = value.row === "first" ? 0 : value.row === "last" ? cells.length - 1 : value.row - 1;
  if (index < 0 || index >= cells.length) {
    throw new LabError(
      "fileDrop.unreadable",
      `${name} should stand in row ${value.row}, and there are ${cells.length}`,
    );
  }
  return scalar(value, cells[index], number);
}

function scalar(value: ReadValue, cell: string | undefined, number: (cell: string | undefined) => number): Value {
  switch (value.type) {
    case "quantity":
      return { value: number(cell), unit: value.unit };
    case "integer":
      return number(cell);
    case "boolean":
      return ["1", "true", "yes", "ok", "pass"].includes((cell ?? "").toLowerCase());
    default:
      return cell ?? "";
  }
}
