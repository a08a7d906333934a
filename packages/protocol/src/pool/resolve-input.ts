import { type Fault, type PoolInput, StudyParameter } from "@labloop/contracts";
import { firstOf } from "../check/check-candidates.ts";
import { faultOf } from "../outcome.ts";
import { suggestOrList } from "../suggest.ts";
import type { Column } from "./read-column.ts";

/** Which keys say something of which kind, besides `kind` and `unit`. */
export const keysOf: Readonly<Record<PoolInput["kind"], readonly (keyof PoolInput)[]>> = {
  continuous: ["min", "max", "scale", "step"],
  integer: ["min", "max"],
  levels: ["levels"],
  ordinal: ["levels"],
  categorical: ["options", "encoding", "descriptors"],
};

/** A parameter, or null when the document or the column does not make one. */
export interface Resolved {
  readonly parameter: StudyParameter | null;
  readonly faults: readonly Fault[];
}

/** Returns the parameter of a numeric input; what is not given is taken from the values that occur. */
export function resolveNumeric(input: PoolInput, column: Column<number>, kept: readonly number[]): Resolved {
  const { name } = column;
  const { kind, unit = "1" } = input;
  const values = kept.flatMap((row) => column.values[row] ?? []);
  const occurring = [...new Set(values)].toSorted((a, b) => a - b);
  const min = input.min ?? occurring[0] ?? 0;
  const max = input.max ?? occurring.at(-1) ?? 0;
  const levels = (input.levels?.map(Number) ?? occurring).toSorted((a, b) => a - b);
  const wrongWith = (value: number): string | null => {
    if (kind === "levels") return levels.includes(value) ? null : `${value} is none of the levels of '${name}'`;
    if (kind === "integer" && !Number.isSafeInteger(value)) return `${value} is no whole number, but '${name}' is`;
    if (input.scale === "log" && value <= 0) return `${value} has no place on the logarithmic scale of '${name}'`;
    return value < min || value > max ? `${value} is outside ${min} to ${max}, the bounds of '${name}'` : null;
  };
  const faults = faultsOf(column, kept, wrongWith, "pool.outOfBounds");
  const { scale = "linear", step } = input;
  const parsed = StudyParameter.safeParse(
    kind === "levels"
      ? { kind, name, unit, levels }
      : kind === "integer"
        ? { kind, name, unit, min, max }
        : { kind: "continuous", name, unit, min, max, scale, ...(step === undefined ? {} : { step }) },
  );
  return { parameter: parsed.success ? parsed.data : null, faults };
}

/** Returns the parameter of an input of names; `descriptors` are those of its options, where it has any. */
export function resolveNamed(
  input: PoolInput,
  column: Column<string>,
  kept: readonly number[],
  descriptors: Readonly<Record<string, number[]>> | null,
): Resolved {
  const { name } = column;
  const { kind, unit = "1" } = input;
  const occurring = [...new Set(kept.flatMap((row) => column.values[row] ?? []))];
  const known = (input.levels ?? input.options)?.map(String) ?? occurring.toSorted();
  const what = kind === "ordinal" ? "levels" : "options";
  const faults = faultsOf(
    column,
    kept,
    (value) => (known.includes(value) ? null : `'${value}' is none of the ${what} of '${name}'`),
    "pool.unknownOption",
    (value) => suggestOrList(value, known, what),
  );
  if (kind === "ordinal") return { parameter: { kind, name, unit, levels: known }, faults };
  const encoding = input.encoding ?? (descriptors === null ? "hamming" : "descriptors");
  const described = encoding === "descriptors" && descriptors !== null ? { descriptors } : {};
  return { parameter: { kind: "categorical", name, unit, options: known, encoding, ...described }, faults };
}

function faultsOf<T extends number | string>(
  column: Column<T>,
  kept: readonly number[],
  wrongWith: (value: T) => string | null,
  code: string,
  hintFor?: (value: T) => string,
): Fault[] {
  const faults: Fault[] = [];
  for (const row of kept) {
    const value = column.values[row];
    if (value === null || value === undefined) continue;
    const message = wrongWith(value);
    if (message !== null) faults.push(column.at(row, faultOf(code, message, hintFor?.(value))));
  }
  return firstOf(faults);
}
