import type { Design, Fault, Study } from "@labloop/contracts";
import { inRow, isBlank, isFault, raggedness, readParameter, type TableRow } from "./read-cell.ts";
import { columnFaults, columnsOf } from "./table-columns.ts";

/** What can be made, as a table lists it. */
interface ImportedCandidates {
  readonly designs: Design[];
  /** Of each design its line. */
  readonly lines: number[];
}

/**
 * Returns the designs of a table whose first row names its columns, or everything that is wrong with it, each with its line.
 *
 * Every parameter of the study must have a column, as in a table of trials; other columns and rows of blank cells are passed over. Whether the
 * study allows each design is not judged. `adviseOn` may say what would mend a cell that is no number.
 */
export function importCandidates(
  rows: readonly TableRow[],
  study: Pick<Study, "parameters" | "objectives" | "outcomeConstraints">,
  adviseOn: (cell: string) => string | undefined = () => undefined,
): ImportedCandidates | Fault[] {
  const [header, ...body] = rows;
  const filled = body.filter((row) => !isBlank(row));
  if (header === undefined || filled.length === 0) {
    const message = "the table has no row of a design below its column names";
    return [{ code: "table.empty", message, hint: "a row for each design that can be made" }];
  }
  const columns = columnsOf(header.cells, study);
  const faults = columnFaults(columns, study, header.line);
  const held = study.parameters.filter(({ name }) => columns.includes(name));
  if (held.length === 0) return faults;
  const designs: Design[] = [];
  for (const row of filled) {
    const ragged = raggedness(row.cells, columns);
    if (ragged !== null) {
      faults.push(inRow(ragged, row, adviseOn));
      continue;
    }
    const design: Design = {};
    for (const parameter of held) {
      const { name } = parameter;
      const read = readParameter(parameter, (row.cells[columns.indexOf(name)] as string).trim());
      if (isFault(read)) faults.push(inRow({ ...read, path: name }, row, adviseOn));
      else design[name] = read;
    }
    designs.push(design);
  }
  return faults.length > 0 ? faults : { designs, lines: filled.map(({ line }) => line) };
}
