import type { Fault, Outcome } from "@labloop/contracts";
import { faultOf } from "../outcome.ts";
import type { SourceText } from "./source-text.ts";
import { splitRecords } from "./split-records.ts";

/** One row of a table as texts, with the line it begins in. */
export interface TextRow {
  readonly line: number;
  readonly cells: readonly string[];
}

/** Returns the rows of a CSV text, the header among them, whatever stands in the cells; a text that is no CSV is a fault. */
export function readRows({ file, text }: SourceText): Outcome<TextRow[]> {
  const faults: Fault[] = [];
  const records = splitRecords(text, (line, column, code, message, hint) =>
    faults.push({ ...faultOf(code, message, hint), file, line, column }),
  );
  if (faults.length > 0) return { ok: false, faults };
  return { ok: true, value: records.map(({ line, cells }) => ({ line, cells: cells.map((cell) => cell.text) })) };
}
