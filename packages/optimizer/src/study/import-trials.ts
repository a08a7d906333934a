import type { Design, Fault, Study, Trial, TrialValue } from "@labloop/contracts";
import {
  type CellFault,
  inRow,
  isBlank,
  isFault,
  numberIn,
  raggedness,
  readParameter,
  type TableRow,
} from "./read-cell.ts";
import { columnFaults, columnsOf, objectiveFault, strayColumns, uncertaintyOf } from "./table-columns.ts";

/** Old data as trials. */
export interface ImportedTrials {
  readonly trials: Trial[];
  /** Of each trial its line. */
  readonly lines: number[];
  /** Designs that are being made: rows whose status is pending. */
  readonly pending: Design[];
  /** Lines of rows whose status is not measured, though something was read: nothing is learned from that. */
  readonly setAside: number[];
  /** Columns that the study does not name; one without a name, where anything stands in it, is called by its place. */
  readonly ignored: string[];
  /** Objectives and outcome constraints that have no column. */
  readonly lacking: string[];
}

const STATUSES = ["measured", "infeasible", "fault", "pending"] as const;

/**
 * Returns the trials of a table whose first row names its columns, or everything that is wrong with it, each with its line.
 *
 * A parameter or quantity of the study is the column of its name, or of its name and then its unit in parentheses; every parameter must
 * have one, and at least one objective. Rows of blank cells alone are passed over, as are columns. Where columns are missing or stand there twice
 * the rows are judged by the others.
 * A value is a number, `< 5` or `> 5` where it is beyond the range of the instrument, or empty where it was not read. A column
 * `NAME uncertainty` holds standard uncertainties. A column `status` may say measured, infeasible, fault or
 * pending; without it, or where something of the study is called so, every row is measured. Designs are read as carried out: they may lie outside bounds.
 * `adviseOn` may say what would mend a cell, of a quantity or of a parameter, that is no number.
 */
export function importTrials(
  rows: readonly TableRow[],
  study: Study,
  adviseOn: (cell: string, quantity: string | undefined) => string | undefined = () => undefined,
): ImportedTrials | Fault[] {
  const [header, ...body] = rows;
  if (header === undefined) {
    return [{ code: "table.empty", message: "the table has no row of column names" }];
  }
  const columns = columnsOf(header.cells, study);
  const quantities = [...study.objectives, ...study.outcomeConstraints].map(({ name }) => name);
  const known = new Set([...study.parameters.map(({ name }) => name), ...quantities, "status"]);
  quantities.forEach((name) => known.add(uncertaintyOf(name)));
  const faults = [...columnFaults(columns, study, header.line), ...objectiveFault(columns, study, header.line)];
  // Where nothing of the study's is a column, cells say nothing, and may not even be apart.
  if (!columns.some((column) => known.has(column))) return faults;
  const trials: Trial[] = [];
  const lines: number[] = [];
  const pending: Design[] = [];
  const setAside: number[] = [];
  for (const row of body) {
    if (isBlank(row)) continue;
    const read = readRow(row, columns, study);
    if (Array.isArray(read)) {
      const quantityOf = ({ path }: Fault) => quantities.find((name) => name === path);
      faults.push(...read.map((fault) => inRow(fault, row, (cell) => adviseOn(cell, quantityOf(fault)))));
      continue;
    }
    if (read.isSetAside) setAside.push(row.line);
    if (read.outcome === null) pending.push(read.design);
    else {
      trials.push({ design: read.design, outcome: read.outcome });
      lines.push(row.line);
    }
  }
  if (faults.length > 0) return faults;
  const ignored = strayColumns(columns, body, known);
  return { trials, lines, pending, setAside, ignored, lacking: quantities.filter((name) => !columns.includes(name)) };
}

/** What a row says; its outcome is null while it is being made. */
interface ReadRow {
  readonly design: Design;
  readonly outcome: Trial["outcome"] | null;
  readonly isSetAside: boolean;
}

function readRow(
  { cells }: TableRow,
  columns: readonly string[],
  { parameters, objectives, outcomeConstraints }: Study,
): ReadRow | CellFault[] {
  const ragged = raggedness(cells, columns);
  if (ragged !== null) return [ragged];
  const cellOf = (name: string) => cells[columns.indexOf(name)]?.trim();
  const has = ({ name }: { readonly name: string }) => columns.includes(name);
  const quantities = [...objectives, ...outcomeConstraints].map(({ name }) => name);
  const faults: CellFault[] = [];
  const keep = <T>(name: string, read: T | CellFault): T | null => {
    if (!isFault(read)) return read;
    faults.push({ ...read, path: name });
    return null;
  };
  const design: Design = Object.fromEntries(
    parameters.filter(has).map((parameter) => {
      const { name } = parameter;
      return [name, keep(name, readParameter(parameter, cellOf(name) ?? "")) ?? 0];
    }),
  );
  const isTaken = quantities.includes("status") || parameters.some(({ name }) => name === "status");
  const statusCell = isTaken ? "" : (cellOf("status") ?? "");
  const status = STATUSES.find((known) => known === (statusCell || "measured"));
  if (status === undefined) {
    const message = `the status is "${statusCell}", which is none of ${STATUSES.join(", ")}`;
    faults.push({ code: "trial.status", message, path: "status" });
  }
  const values: [string, TrialValue][] = [];
  for (const name of status === "measured" ? quantities : []) {
    const cell = cellOf(name) ?? "";
    if (cell === "") continue;
    const value = keep(name, readValue(name, cell));
    const spread = cellOf(uncertaintyOf(name)) ?? "";
    const isBound = cell[0] === "<" || cell[0] === ">";
    const uncertainty = spread === "" || isBound ? null : keep(name, readUncertainty(name, spread));
    if (value === null) continue;
    values.push([name, typeof value === "number" && uncertainty !== null ? { value, uncertainty } : value]);
  }
  if (status === "measured" && faults.length === 0 && values.length === 0 && objectives.some(has)) {
    const hint =
      'add a column "status" that says infeasible, fault or pending, or leave the row out until it was measured';
    faults.push({ code: "trial.empty", message: "nothing was measured", hint });
  }
  if (faults.length > 0 || status === undefined) return faults;
  if (status === "measured")
    return { design, outcome: { status, values: Object.fromEntries(values) }, isSetAside: false };
  const isSetAside = quantities.some((name) => (cellOf(name) ?? "") !== "");
  return { design, outcome: status === "pending" ? null : { status }, isSetAside };
}

function readValue(name: string, cell: string): TrialValue | CellFault {
  const sign = cell[0];
  if (sign !== "<" && sign !== ">") return numberIn(name, cell);
  const bound = numberIn(name, cell.slice(1).trim(), cell);
  if (isFault(bound)) return bound;
  return sign === "<" ? { below: bound } : { above: bound };
}

function readUncertainty(name: string, cell: string): number | CellFault {
  const uncertainty = numberIn(uncertaintyOf(name), cell);
  if (isFault(uncertainty) || uncertainty > 0) return uncertainty;
  const hint = "leave the cell empty where it is not known";
  return { code: "trial.uncertainty", message: `the uncertainty of "${name}" is ${uncertainty}, not above 0`, hint };
}
