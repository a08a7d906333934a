import { frontStandings, type FrontStanding, type LabView } from "@labloop/contracts";

/** What the table beside a journal begins with: ids, which no quotes stand around. */
const ids = "observation_id,run_id,";

/**
 * Returns the table beside a journal with where each design stands to the front, under the names of the exported table:
 * `is_on_front`, `front_standing` and, where there are bounds, `chance_within_bounds`. As it is where the campaign has no front,
 * and where it is no such table.
 *
 * The file is only ever added to, and what is on a front changes with each model: so the columns are not in it.
 */
export function withFrontColumns(
  csv: string,
  { campaign, experiments }: Pick<LabView, "campaign" | "experiments">,
): string {
  if (campaign?.front === undefined || !csv.startsWith(ids)) return csv;
  const { front, doubted, judged, outcomeConstraints } = campaign;
  const standings = frontStandings(experiments, { front, doubted, judged, bounds: outcomeConstraints ?? {} });
  const cellsOf = (standing: FrontStanding | null): string[] => [
    standing === null ? "" : String(standing.at === "front"),
    standing?.at ?? "",
    ...(outcomeConstraints === undefined ? [] : [chanceText(standing)]),
  ];
  const byRun = new Map(experiments.map(({ runId }, i) => [runId, cellsOf(standings[i] ?? null)]));
  const names = [
    "is_on_front",
    "front_standing",
    ...(outcomeConstraints === undefined ? [] : ["chance_within_bounds"]),
  ];
  const [header = "", ...rows] = rowsOf(csv);
  const further = rows.map((row) => [row, ...(byRun.get(row.split(",", 2)[1] ?? "") ?? cellsOf(null))]);
  return [[header, ...names], ...further].map((cells) => `${cells.join(",")}\n`).join("");
}

function chanceText(standing: FrontStanding | null): string {
  return standing === null || !("chance" in standing) ? "" : String(standing.chance);
}

/** The rows of a CSV, without their line feeds; one within quotes ends none. */
function rowsOf(csv: string): string[] {
  const rows: string[] = [];
  let from = 0;
  let isQuoted = false;
  for (let at = 0; at < csv.length; at++) {
    if (csv[at] === '"') isQuoted = !isQuoted;
    if (csv[at] !== "\n" || isQuoted) continue;
    rows.push(csv.slice(from, at));
    from = at + 1;
  }
  return rows;
}
