import type { Cell, ColumnType } from "./column.ts";
import type { ObservationTable } from "./observation-table.ts";

/** Returns the table as CSV (RFC 4180, with line feeds): a header of names, an empty field for what is not known. */
export function observationsCsv({ columns, rows }: ObservationTable): string {
  const header = columns.map(({ name }) => name);
  const body = rows.map((cells) => cells.map((cell, index) => cellText(cell, columns[index]?.type ?? "string")));
  return csvOf([header, ...body]);
}

/** Returns rows of fields as CSV; null is an empty field, an empty text a quoted one. */
export function csvOf(rows: readonly (readonly (string | null)[])[]): string {
  return rows.map((fields) => `${fields.map(fieldText).join(",")}\n`).join("");
}

/** Returns a cell as it stands in CSV, before it is quoted; null where nothing is known. */
export function cellText(cell: Cell, type: ColumnType): string | null {
  if (cell.state !== "known") return null;
  return type === "timestamp" && typeof cell.value === "number"
    ? new Date(cell.value).toISOString()
    : String(cell.value);
}

function fieldText(field: string | null): string {
  if (field === null) return "";
  return field === "" || /[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}
