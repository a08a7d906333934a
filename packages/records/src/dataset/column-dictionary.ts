import * as z from "zod";
import { csvOf } from "../table/csv.ts";
import type { ObservationTable } from "../table/observation-table.ts";
import { countColumns } from "./completeness.ts";

/** `columns.json`: what each column means. */
export const ColumnDictionary = z.array(
  z.strictObject({
    name: z.string(),
    type: z.enum(["double", "integer", "string", "boolean", "timestamp"]),
    /** Null where a unit makes no sense. */
    unit: z.string().nullable(),
    description: z.strictObject({ en: z.string(), ja: z.string() }),
    /** Where it stands in the journal. */
    source: z.string(),
    /** Known fields in percent of those that could be known; null when there are none. */
    completeness: z.number().min(0).max(100).nullable(),
  }),
);
export type ColumnDictionary = z.infer<typeof ColumnDictionary>;

/** Returns the dictionary of a table's columns, in their order. */
export function columnDictionary(table: ObservationTable): ColumnDictionary {
  const counts = countColumns(table);
  return table.columns.map(({ name, type, unit, description, source }, index) => {
    const { known = 0, unknown = 0 } = counts[index] ?? {};
    const completeness = known + unknown === 0 ? null : Number(((100 * known) / (known + unknown)).toFixed(2));
    return { name, type, unit, description, source, completeness };
  });
}

/** Returns the dictionary as CSV. */
export function columnDictionaryCsv(dictionary: ColumnDictionary): string {
  const header = ["name", "type", "unit", "description_en", "description_ja", "source", "completeness_percent"];
  return csvOf([
    header,
    ...dictionary.map(({ name, type, unit, description, source, completeness }) => [
      name,
      type,
      unit,
      description.en,
      description.ja,
      source,
      completeness === null ? null : String(completeness),
    ]),
  ]);
}
