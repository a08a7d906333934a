import type { Fault, Outcome } from "@labloop/contracts";
import { faultOf } from "../outcome.ts";
import { suggestOrList } from "../suggest.ts";
import { numberIn, type CellTable } from "./read-cells.ts";
import { columnFault } from "./read-column.ts";

/** What a table says of options. */
export interface Described {
  readonly byOption: Record<string, number[]>;
  /** Columns of numbers that are left out, each with the first option that has none there. */
  readonly incomplete: readonly { readonly column: string; readonly option: string }[];
}

/**
 * Returns the descriptor values of each option: the columns of the table that hold numbers in every option's row and are not
 * the same for all. An option without a row, or with two, is a fault; so is a table that describes nothing.
 */
export function readDescriptors(table: CellTable, key: string, options: readonly string[]): Outcome<Described> {
  const named = columnFault(table, key);
  if (named !== null) return { ok: false, faults: [named] };
  const keyAt = table.columns.indexOf(key);
  const keys = table.rows.map(({ cells }) => cells[keyAt]?.text ?? "");
  const faults: Fault[] = [];
  for (const option of options) {
    const times = keys.filter((text) => text === option).length;
    if (times === 1) continue;
    const hint = times > 1 ? "leave one" : suggestOrList(option, keys, "rows");
    const message = `'${option}' has ${times === 0 ? "no row" : `${times} rows`} in ${table.file}`;
    faults.push(faultOf("pool.descriptorRows", message, hint));
  }
  if (faults.length > 0) return { ok: false, faults };
  const rows = options.map((option) => table.rows[keys.indexOf(option)]?.cells ?? []);
  const read = table.columns.map((column, i) => ({
    column,
    values: i === keyAt ? [] : rows.map((cells) => numberIn(cells[i]?.text ?? "") ?? Number.NaN),
  }));
  const columns = read
    .map(({ values }) => values)
    .filter((values) => values.every(Number.isFinite) && new Set(values).size > 1);
  const incomplete = read.flatMap(({ column, values }) => {
    const lacking = values.findIndex((value) => !Number.isFinite(value));
    return lacking < 0 || !values.some(Number.isFinite) ? [] : [{ column, option: options[lacking] as string }];
  });
  if (columns.length === 0) {
    const message = `${table.file} has no column of numbers that tells the options apart`;
    return { ok: false, faults: [faultOf("pool.noDescriptors", message)] };
  }
  const byOption = Object.fromEntries(
    options.map((option, i) => [option, columns.map((values) => values[i] as number)]),
  );
  return { ok: true, value: { byOption, incomplete } };
}
