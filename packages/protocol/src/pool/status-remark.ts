import { listOf } from "../suggest.ts";
import type { CellTable } from "./read-cells.ts";
import { readTexts } from "./read-column.ts";

const good = new Set(["measured", "ok"]);

/**
 * Returns that rows count as measured although a column "status", which no pool reads unless it is an input or an objective, says
 * something else than measured or ok; null where none does. `used` are the columns that are read, `kept` the rows.
 */
export function statusRemark(cells: CellTable, used: readonly string[], kept: readonly number[]): string | null {
  const name = cells.columns.find((column) => column.toLowerCase() === "status");
  if (name === undefined || used.includes(name)) return null;
  const { values } = readTexts(cells, name);
  const other = kept.flatMap((row) => values[row] ?? []).filter((text) => !good.has(text.toLowerCase()));
  if (other.length === 0) return null;
  const rows = other.length === 1 ? "1 row counts" : `${other.length} rows count`;
  const hint = "an empty cell in an objective leaves a row out";
  return `${rows} as measured whatever '${name}' says (${listOf([...new Set(other)])}): ${hint}.`;
}
