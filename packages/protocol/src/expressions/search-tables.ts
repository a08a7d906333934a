import type { LabDescription } from "@labloop/contracts";
import { own } from "../own.ts";

type Tables = LabDescription["tables"];
type Row = Tables[string]["rows"][number];

/** Finds the rows of a lab's tables; indices are built when they are first needed. */
export interface TableSearch {
  readonly tables: Tables;
  /** Returns the rows whose columns of these names equal these values, numbers within 1e-9 relative. */
  rowsWith(table: string, columns: readonly string[], values: readonly (number | string)[]): readonly Row[];
}

const tolerance = 1e-9;

/** Of tables that never change once they are described: every plan of a campaign is compiled over the same ones. */
const known = new WeakMap<Tables, Map<string, Map<string, Row[]>>>();

/** Returns the search over a lab's tables. */
export function searchTables(tables: Tables): TableSearch {
  const indices = known.get(tables) ?? new Map<string, Map<string, Row[]>>();
  known.set(tables, indices);
  return {
    tables,
    rowsWith: (name, columns, values) => {
      const rows = own(tables, name)?.rows ?? [];
      const key = JSON.stringify([name, columns]);
      const index = indices.get(key) ?? indexRows(rows, columns);
      indices.set(key, index);
      // Nearly always both files spell a number alike; the slow walk serves those that do not.
      return (
        index.get(JSON.stringify(values)) ?? rows.filter((row) => columns.every((c, i) => isNear(row[c], values[i])))
      );
    },
  };
}

function indexRows(rows: readonly Row[], columns: readonly string[]): Map<string, Row[]> {
  const index = new Map<string, Row[]>();
  for (const row of rows) {
    const key = JSON.stringify(columns.map((column) => own(row, column)));
    const found = index.get(key);
    if (found === undefined) index.set(key, [row]);
    else found.push(row);
  }
  return index;
}

function isNear(cell: number | string | undefined, value: number | string | undefined): boolean {
  if (typeof cell !== "number" || typeof value !== "number") return cell !== undefined && cell === value;
  return Math.abs(cell - value) <= tolerance * Math.max(Math.abs(cell), Math.abs(value));
}
