import type { Observation, ProposeAnswer } from "@labloop/contracts";

/** What one field of one row holds: a value, an unknown with its reason, or nothing because there can be nothing there. */
export type Cell =
  | { readonly state: "known"; readonly value: number | string | boolean }
  | { readonly state: "unknown"; readonly reason: string }
  | { readonly state: "none" };

export type ColumnType = "double" | "integer" | "string" | "boolean" | "timestamp";

/** One observation with what was known of it beforehand. */
export interface Row {
  /** From 1, in the order of observation. */
  readonly number: number;
  readonly observation: Observation;
  readonly answer: ProposeAnswer | null;
}

/** One column of the table of observations; a timestamp's cells are ms since 1970. */
export interface Column {
  readonly name: string;
  readonly type: ColumnType;
  /** Null where a unit makes no sense. */
  readonly unit: string | null;
  readonly description: { readonly en: string; readonly ja: string };
  /** Where it stands in the journal. */
  readonly source: string;
  readonly cell: (row: Row) => Cell;
}

/** There is nothing to know here, for example the mass of a part that was never made. */
export const none: Cell = { state: "none" };

/** Returns a cell that holds a value. */
export function known(value: number | string | boolean): Cell {
  return { state: "known", value };
}

/** Returns the cell of a value that is null with a reason when unknown. */
export function knownOr<T>(
  field: { readonly value: T } | { readonly value: null; readonly reason: string },
  read: (value: NonNullable<T>) => number | string | boolean | null | undefined,
  otherwise = "it was not recorded",
): Cell {
  if (field.value == null) return { state: "unknown", reason: "reason" in field ? field.reason : otherwise };
  const value = read(field.value);
  return value == null ? { state: "unknown", reason: otherwise } : known(value);
}

/** Returns the ms since 1970 of a timestamp as events carry it. */
export function instant(timestamp: string): number {
  return Date.parse(timestamp);
}
