import type { Fault, Study } from "@labloop/contracts";

/** Returns the names of a table's columns: one headed by a name of the study and then its unit in parentheses is called by the name. */
export function columnsOf(
  cells: readonly string[],
  study: Pick<Study, "parameters" | "objectives" | "outcomeConstraints">,
): string[] {
  const heads = cells.map((cell) => cell.trim());
  const named = [...study.parameters, ...study.objectives, ...study.outcomeConstraints];
  const nameByHead = new Map<string, string>();
  for (const { name, ...rest } of named) {
    if (!("unit" in rest)) continue;
    for (const own of [name, uncertaintyOf(name)])
      if (!heads.includes(own)) nameByHead.set(`${own} (${rest.unit})`, own);
  }
  for (const { name } of named) nameByHead.delete(name);
  return heads.map((head) => nameByHead.get(head) ?? head);
}

/** Returns which parameters of a study have no column, and which columns stand there twice, those without a name apart; `line` is where they stand. */
export function columnFaults(columns: readonly string[], study: Pick<Study, "parameters">, line: number): Fault[] {
  const twice = columns.filter((column, index) => column !== "" && columns.indexOf(column) < index);
  const faults: Fault[] = twice.map((column) => {
    const mend = "rename one of them, or leave it out";
    return {
      code: "table.column",
      message: `the column "${column}" stands there twice`,
      path: column,
      line,
      hint: mend,
    };
  });
  const hint = missingHint(columns);
  for (const { name } of study.parameters) {
    if (columns.includes(name)) continue;
    const message = `there is no column for the parameter "${name}"`;
    faults.push({ code: "table.columnMissing", message, path: name, line, hint });
  }
  return faults;
}

/** Returns a fault where no objective of a study has a column. */
export function objectiveFault(
  columns: readonly string[],
  { objectives }: Pick<Study, "objectives">,
  line: number,
): Fault[] {
  if (objectives.some(({ name }) => columns.includes(name))) return [];
  const names = objectives.map(({ name }) => `"${name}"`).join(" or ");
  const message = `there is no column for the objective ${names}`;
  return [{ code: "table.columnMissing", message, line, hint: missingHint(columns) }];
}

/** Returns the columns that are not among those known; one without a name is called by its place, and none where nothing stands in it. */
export function strayColumns(
  columns: readonly string[],
  body: readonly { readonly cells: readonly string[] }[],
  known: ReadonlySet<string>,
): string[] {
  return columns.flatMap((column, at) => {
    if (column !== "") return known.has(column) ? [] : [column];
    const isBlank = body.every(({ cells }) => (cells[at] ?? "").trim() === "");
    return isBlank ? [] : [`column ${at + 1}, which has no name`];
  });
}

function missingHint(columns: readonly string[]): string {
  return separatorHint(columns) ?? `columns are ${columns.map((column) => `"${column}"`).join(", ")}`;
}

/** What to do about a table whose cells are not separated by commas; null where they are. */
function separatorHint(columns: readonly string[]): string | null {
  const [only = "", ...others] = columns;
  const separator = others.length > 0 ? undefined : [";", "\t"].find((own) => only.includes(own));
  if (separator === undefined) return null;
  const name = separator === ";" ? "semicolons" : "tabs";
  return `its cells seem to be separated by ${name}; separate them by commas, with a point in decimals`;
}

/** Returns the name of the column of standard uncertainties of a quantity. */
export function uncertaintyOf(name: string): string {
  return `${name} uncertainty`;
}
