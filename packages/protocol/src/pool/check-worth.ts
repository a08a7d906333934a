import { designsOf, type Fault, type PoolTable } from "@labloop/contracts";
import { faultOf } from "../outcome.ts";

/** Means of the same readings in another order differ by some 1e-16 of themselves; no instrument tells so little. */
const EQUAL = 1e-12;

/** A fault with the key of the document that it is about. */
export interface KeyedFault {
  readonly path: readonly string[];
  readonly fault: Fault;
}

/**
 * Returns what makes a table worth nothing as a pool, however well it is written: too few designs, or none that is better than
 * another by the values that count as true.
 */
export function worthFaults(table: PoolTable): KeyedFault[] {
  const { study, starts, replicates } = table;
  const designs = designsOf(table);
  const faults: KeyedFault[] = [];
  if (designs.length <= starts) {
    const message = `${designs.length} different ${designs.length === 1 ? "design is" : "designs are"} too few for campaigns that begin with ${starts}`;
    const lacking = `${table.dropped} of the table's rows lack a value in a column that is used: fill in what is missing, or use other columns`;
    const more = "add experiments, or begin with fewer by starts:";
    const hint = table.dropped > 0 ? `${lacking}; ${more}` : more;
    faults.push({ path: ["table"], fault: faultOf("pool.tooSmall", message, hint) });
  }
  if (designs.length < 2) return faults;
  const gains = study.objectives.map(({ goal }, k) =>
    designs.map(({ truth }) => (goal === "minimise" ? -1 : 1) * (truth[k] as number)),
  );
  const ranges = gains.map(rangeOf);
  for (const [k, { name }] of study.objectives.entries()) {
    const most = table.rows.reduce((before, { values }) => Math.max(before, Math.abs(values[k] as number)), 0);
    if (!Number.isFinite(2 * most * table.rows.length)) {
      const message = `'${name}' reaches ${most}: so large values have no average`;
      const hint = "leave the cell empty where such a value stands for a failure, or choose a larger unit";
      faults.push({ path: ["objectives", name], fault: faultOf("pool.tooLarge", message, hint) });
      continue;
    }
    const { min, max } = ranges[k] as Range;
    if (max - min > EQUAL * Math.max(Math.abs(min), Math.abs(max))) continue;
    const isConstant = new Set(table.rows.map(({ values }) => values[k])).size === 1;
    const truth = replicates === "first" ? "first" : "mean";
    const where = isConstant ? "in every row" : `for every design by the ${truth} of its readings`;
    const message = `'${name}' is the same ${where}: nothing can be better than random`;
    const hint = "improve a column that differs from design to design, or leave this objective out";
    faults.push({ path: ["objectives", name], fault: faultOf("pool.flat", message, hint) });
  }
  const isFrontless = designs.every((_, i) => gains.some((of, k) => of[i] === ranges[k]?.min));
  if (faults.length === 0 && isFrontless) {
    const message = "every design is the worst of all in one of the objectives: no front is better than another";
    const hint = "leave out an objective, or add experiments that are the worst in none";
    faults.push({ path: ["objectives"], fault: faultOf("pool.noFront", message, hint) });
  }
  return faults;
}

type Range = ReturnType<typeof rangeOf>;

function rangeOf(values: readonly number[]): { readonly min: number; readonly max: number } {
  return {
    min: values.reduce((a, b) => Math.min(a, b)),
    max: values.reduce((a, b) => Math.max(a, b)),
  };
}
