import { type Fault, type PoolInput, StudyParameter } from "@labloop/contracts";
import { firstOf } from "../check/check-candidates.ts";
import { faultOf } from "../outcome.ts";
import { listOf, suggestOrList } from "../suggest.ts";
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
  // Bounds that no value can keep are a fault of their own.
  const isEmpty = input.min !== undefined && input.max !== undefined && input.min > input.max;
  const wrongWith = (value: number): Wrong | null => {
    if (kind === "levels") {
      if (levels.includes(value)) return null;
      return { message: `${value} is none of the levels of '${name}'`, hint: `levels: ${listOf(levels.map(String))}` };
    }
    if (kind === "integer" && !Number.isSafeInteger(value)) {
      const hint = "write kind: continuous, or round the cell";
      return { message: `${value} is no whole number, but '${name}' is`, hint };
    }
    if (input.scale === "log" && value <= 0) {
      const hint = "leave out scale: log, or correct the cell";
      return { message: `${value} has no place on the logarithmic scale of '${name}'`, hint };
    }
    if (isEmpty || (value >= min && value <= max)) return null;
    const hint = `widen ${value < min ? "min" : "max"}, or correct the cell`;
    return { message: `${value} is outside ${min} to ${max}, the bounds of '${name}'`, hint };
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
    (value) => {
      if (known.includes(value)) return null;
      return { message: `'${value}' is none of the ${what} of '${name}'`, hint: suggestOrList(value, known, what) };
    },
    "pool.unknownOption",
  );
  if (kind === "ordinal") return { parameter: { kind, name, unit, levels: known }, faults };
  const encoding = input.encoding ?? (descriptors === null ? "hamming" : "descriptors");
  const described = encoding === "descriptors" && descriptors !== null ? { descriptors } : {};
  return { parameter: { kind: "categorical", name, unit, options: known, encoding, ...described }, faults };
}

interface Wrong {
  readonly message: string;
  readonly hint: string;
}

function faultsOf<T extends number | string>(
  column: Column<T>,
  kept: readonly number[],
  wrongWith: (value: T) => Wrong | null,
  code: string,
): Fault[] {
  const faults: Fault[] = [];
  for (const row of kept) {
    const value = column.values[row];
    if (value === null || value === undefined) continue;
    const wrong = wrongWith(value);
    if (wrong !== null) faults.push(column.at(row, faultOf(code, wrong.message, wrong.hint)));
  }
  return firstOf(faults);
}
