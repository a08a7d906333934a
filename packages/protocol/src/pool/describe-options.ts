import type { Fault, PoolDocument } from "@labloop/contracts";
import type { ReadDocument } from "../documents/read-document.ts";
import { listOf } from "../suggest.ts";
import { type OpenBeside, openTable } from "./open-table.ts";
import type { OpenInput } from "./pool-inputs.ts";
import type { Column } from "./read-column.ts";
import { readDescriptors } from "./read-descriptors.ts";

/**
 * Returns the descriptors of the options that an input has or, where none are listed, that occur in its column; null where it names no
 * table of them, or one with faults. Columns that an option lacks a number in are told as a remark.
 */
export function describeOptions(
  { name, input: { options, descriptors } }: OpenInput,
  { values }: Column<string>,
  kept: readonly number[],
  read: ReadDocument<PoolDocument>,
  open: OpenBeside,
  faults: Fault[],
  remarks: string[],
): Record<string, number[]> | null {
  if (descriptors === undefined) return null;
  const path = ["inputs", name, "descriptors"];
  const cells = openTable(descriptors.table, [...path, "table"], read, open, faults);
  if (cells === null) return null;
  const known = options?.map(String) ?? [...new Set(kept.flatMap((row) => values[row] ?? []))].toSorted();
  const described = readDescriptors(cells, descriptors.key, known);
  if (!described.ok) {
    faults.push(...described.faults.map((fault) => read.atValue([...path, "key"], fault)));
    return null;
  }
  const { byOption, incomplete } = described.value;
  if (incomplete.length > 0) {
    const which = incomplete.map(({ column, option }) => `${column} (of ${option})`);
    const left = `${incomplete.length} descriptor${incomplete.length === 1 ? " is" : "s are"} left out`;
    remarks.push(`Of '${name}' ${left}, for want of a number in ${descriptors.table}: ${listOf(which)}.`);
  }
  return byOption;
}
