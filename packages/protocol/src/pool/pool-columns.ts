import { type Fault, type PoolDocument, type PoolInput, type PoolObjective, poolGoals } from "@labloop/contracts";
import { firstOf } from "../check/check-candidates.ts";
import type { ReadDocument } from "../documents/read-document.ts";
import { faultOf } from "../outcome.ts";
import { listOf, suggest, suggestOrList } from "../suggest.ts";
import type { OpenInput } from "./pool-inputs.ts";
import type { CellTable } from "./read-cells.ts";
import { type Column, columnFault, readNumbers, readTexts } from "./read-column.ts";

/** An objective by its column's name, whole even where the document gives its goal alone. */
export interface OpenObjective {
  readonly name: string;
  readonly objective: PoolObjective;
}

/** The columns that a pool uses, and the rows that lack none of them. */
export interface PoolColumns {
  readonly inputs: readonly {
    readonly name: string;
    readonly input: PoolInput;
    /** Null for an input of names. */
    readonly numbers: Column<number> | null;
    readonly texts: Column<string>;
  }[];
  readonly objectives: readonly Column<number>[];
  /** Indices of rows, rising. */
  readonly kept: readonly number[];
}

/** Returns the objectives of a pool; an unknown goal is a fault. */
export function openObjectives(
  { inputs, objectives }: PoolDocument,
  { atValue, atKey }: ReadDocument<PoolDocument>,
  faults: Fault[],
): OpenObjective[] {
  if (Object.keys(objectives).length === 0) {
    faults.push(atValue(["objectives"], faultOf("pool.noObjective", "a pool improves at least one column")));
  }
  return Object.entries(objectives).flatMap(([name, given]) => {
    if (Object.hasOwn(inputs, name)) {
      const fault = faultOf("pool.inputAndObjective", `'${name}' cannot be an input and an objective`);
      faults.push(atKey(["objectives", name], fault));
    }
    if (typeof given !== "string") return [{ name, objective: given }];
    const goal = poolGoals.find((known) => known === given);
    if (goal !== undefined) return [{ name, objective: { goal } }];
    faults.push(atValue(["objectives", name], faultOf("pool.goal", `'${given}' is no goal`, goalHint(given))));
    return [];
  });
}

const distance = "for a target, add a column with the distance to it, and minimise that";

function goalHint(given: string): string {
  return suggest(given, poolGoals) ?? `goals: ${listOf(poolGoals)}; ${distance}`;
}

/** Returns the faults of a pool's document, where the goal of an objective is unknown with what stands for a target. */
export function withGoalHints(faults: readonly Fault[]): Fault[] {
  return faults.map((fault) => {
    const isGoal = fault.code === "document.value" && /^objectives\..+\.goal$/.test(fault.path ?? "");
    return isGoal && fault.hint?.startsWith("known: ") === true
      ? { ...fault, hint: `${fault.hint}; ${distance}` }
      : fault;
  });
}

/** Returns the columns of a pool; what is missing, or a text where a number is expected, is a fault. */
export function readColumns(
  cells: CellTable,
  inputs: readonly OpenInput[],
  objectives: readonly OpenObjective[],
  { atKey }: ReadDocument<PoolDocument>,
  faults: Fault[],
): PoolColumns {
  const isThere = (section: "inputs" | "objectives", name: string): boolean => {
    const fault = columnFault(cells, name);
    if (fault !== null) faults.push(atKey([section, name], fault));
    return fault === null;
  };
  const ofInputs = inputs
    .filter(({ name }) => isThere("inputs", name))
    .map(({ name, input }) => {
      const isNamed = input.kind === "categorical" || input.kind === "ordinal";
      return { name, input, numbers: isNamed ? null : readNumbers(cells, name), texts: readTexts(cells, name) };
    });
  const ofObjectives = objectives
    .filter(({ name }) => isThere("objectives", name))
    .map(({ name, objective: { levels } }) =>
      levels === undefined ? readNumbers(cells, name) : readLevels(readTexts(cells, name), levels.map(String)),
    );
  const used = [...ofInputs.map(({ numbers, texts }) => numbers ?? texts), ...ofObjectives];
  faults.push(...used.flatMap((column) => column.faults));
  const kept = cells.rows.flatMap((_, row) => (used.every(({ values }) => values[row] !== null) ? [row] : []));
  return { inputs: ofInputs, objectives: ofObjectives, kept };
}

/** A column of names that stand in an order, as positions from 0. */
function readLevels(column: Column<string>, levels: readonly string[]): Column<number> {
  const faults: Fault[] = [];
  const values = column.values.map((text, row) => {
    const at = text === null ? -1 : levels.indexOf(text);
    if (text !== null && at < 0) {
      const fault = faultOf("pool.unknownLevel", `'${text}' is none of the levels of '${column.name}'`);
      faults.push(column.at(row, { ...fault, hint: suggestOrList(text, levels, "levels") }));
    }
    return at < 0 ? null : at;
  });
  return { ...column, values, faults: firstOf(faults) };
}
