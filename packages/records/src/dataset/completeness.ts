import * as z from "zod";
import type { ObservationTable } from "../table/observation-table.ts";

const count = z.number().int().min(0);

/** How much of what can be known is known. */
export const Completeness = z.strictObject({
  /** Known fields as a share of those that could be known, 0 to 1; null when there are none. */
  score: z.number().min(0).max(1).nullable(),
  known: count,
  unknown: count,
  /** Fields where there is nothing to know, for example the results of a run that failed. */
  notApplicable: count,
  /** Every column with unknown fields: in how many rows, and every reason given. */
  missing: z.array(z.strictObject({ column: z.string(), rows: count, reasons: z.array(z.string()) })),
});
export type Completeness = z.infer<typeof Completeness>;

/** Known and unknown fields of one column. */
export interface ColumnCount {
  readonly known: number;
  readonly unknown: number;
  readonly reasons: readonly string[];
}

/** Returns the counts of each column, in order. */
export function countColumns({ columns, rows }: ObservationTable): ColumnCount[] {
  return columns.map((_, index) => {
    const cells = rows.flatMap((row) => row[index] ?? []);
    const reasons = cells.flatMap((cell) => (cell.state === "unknown" ? [cell.reason] : []));
    return {
      known: cells.filter(({ state }) => state === "known").length,
      unknown: reasons.length,
      reasons: [...new Set(reasons)],
    };
  });
}

/** Returns the completeness of the whole table. */
export function completenessOf(table: ObservationTable): Completeness {
  const counts = countColumns(table);
  const known = counts.reduce((total, column) => total + column.known, 0);
  const unknown = counts.reduce((total, column) => total + column.unknown, 0);
  return {
    score: known + unknown === 0 ? null : known / (known + unknown),
    known,
    unknown,
    notApplicable: table.columns.length * table.rows.length - known - unknown,
    missing: counts.flatMap((column, index) =>
      column.unknown === 0
        ? []
        : [{ column: table.columns[index]?.name ?? "", rows: column.unknown, reasons: [...column.reasons] }],
    ),
  };
}
