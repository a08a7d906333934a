import type { CampaignDocument, Design, Fault, Outcome, SearchSpace } from "@labloop/contracts";
import type { PlacedTable } from "../documents/read-table.ts";
import { faultOf } from "../outcome.ts";
import { listOf, suggestOrList } from "../suggest.ts";

const mostFaults = 5;

/** The points that a lab can make, with the line of each in their file. */
export interface Candidates {
  readonly points: readonly Design[];
  readonly lines: readonly number[];
}

/** Returns the points of a candidates file: one column a parameter, of numbers or of its options, no others, and no point twice. */
export function checkCandidates(
  { file, table, header, places }: PlacedTable,
  parameters: CampaignDocument["parameters"],
): Outcome<Candidates> {
  const names = Object.keys(parameters);
  const faults: Fault[] = [];
  const refuse = (line: number, column: number, code: string, message: string, hint?: string) => {
    faults.push({ ...faultOf(code, message, hint), file, line, column });
  };
  const missing = names.filter((name) => !table.columns.includes(name));
  if (missing.length > 0) {
    refuse(1, 1, "candidates.columnMissing", `there is no column for ${listOf(missing)}`, "one column a parameter");
  }
  table.columns.forEach((column, i) => {
    if (names.includes(column)) return;
    const hint = suggestOrList(column, names, "parameters");
    refuse(1, header[i] ?? 1, "candidates.columnUnknown", `'${column}' is no parameter of the campaign`, hint);
  });
  if (table.rows.length === 0) refuse(1, 1, "candidates.none", "there is no candidate below the header");
  if (faults.length > 0) return { ok: false, faults };
  const points: Design[] = [];
  const lineOf = new Map<string, number>();
  table.rows.forEach((row, i) => {
    const { line = 1, columns = [] } = places[i] ?? {};
    const point: Design = {};
    for (const name of names) {
      const column = columns[table.columns.indexOf(name)] ?? 1;
      const options = parameters[name]?.options;
      const text = String(row[name]);
      const value = Number(row[name]);
      if (options?.includes(text)) point[name] = text;
      else if (options !== undefined) {
        const hint = suggestOrList(text, options, "options");
        refuse(line, column, "candidates.notOption", `'${text}' is no option of '${name}'`, hint);
      } else if (Number.isFinite(value)) point[name] = value;
      else refuse(line, column, "candidates.notNumber", `'${row[name]}' is no number`);
    }
    const key = JSON.stringify(names.map((name) => point[name]));
    const earlier = lineOf.get(key);
    if (earlier === undefined) lineOf.set(key, line);
    else refuse(line, 1, "candidates.repeated", `this candidate already stands in line ${earlier}`);
    points.push(point);
  });
  if (faults.length === 0) return { ok: true, value: { points, lines: places.map(({ line }) => line) } };
  return { ok: false, faults: firstOf(faults) };
}

/** Returns the first five faults, the last of them saying how many more there are. */
export function firstOf(faults: readonly Fault[]): Fault[] {
  const shown = faults.slice(0, mostFaults);
  const last = shown.pop();
  if (last === undefined) return [];
  const more = faults.length - mostFaults;
  return [...shown, more > 0 ? { ...last, message: `${last.message} (and ${more} more such)` } : last];
}

/** Returns the space that candidates span: parameters in the campaign's order, with the values that occur as levels. */
export function spaceOf(parameters: CampaignDocument["parameters"], points: readonly Design[]): SearchSpace {
  return {
    parameters: Object.entries(parameters).map(([name, { unit = "1", options }]) => {
      if (options !== undefined) return { name, unit, min: 0, max: 0, options };
      const values = points.map((point) => Number(point[name] ?? Number.NaN));
      const levels = [...new Set(values)].toSorted((a, b) => a - b);
      return { name, unit, min: levels[0] ?? 0, max: levels.at(-1) ?? 0, levels };
    }),
  };
}
