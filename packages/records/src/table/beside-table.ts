import type { LabEventOf, Observation } from "@labloop/contracts";
import type { Column } from "./column.ts";
import { provenanceColumns } from "./context-columns.ts";
import { cellText, csvOf } from "./csv.ts";
import { identityColumns } from "./identity-columns.ts";
import { measuredColumns } from "./measured-columns.ts";
import { withDistinctNames } from "./observation-table.ts";
import { stepColumns } from "./step-columns.ts";

/** What a campaign is known to be before anything was observed. */
export interface BesideOrigin extends Pick<LabEventOf<"campaign.created">, "space" | "parameterTitles"> {
  /** Observed quantity to unit, in the order of the columns. */
  readonly units: Readonly<Record<string, string>>;
  /** Keys of the protocol's steps, in order. */
  readonly stepKeys: readonly string[];
}

/** The table that lies beside a journal: its header and rows, as lines of CSV. */
export interface BesideTable {
  /** The whole text for observations in the order in which they were made. */
  text(observations: readonly Observation[]): string;
  /** The line of one more observation; null when it has columns that the text does not, which is then to be written anew. */
  line(observation: Observation): string | null;
}

/**
 * Returns the table that is kept beside a campaign's journal, with units in its header. The first columns are those that it
 * always had; what else an analysis needs follows, under the names of the exported table.
 */
export function besideTable(origin: BesideOrigin): BesideTable {
  let further: readonly Column[] = [];
  let count = 0;
  const line = (observation: Observation) => {
    count += 1;
    const row = { number: count, observation, answer: null };
    return csvOf([
      [...firstCells(origin, observation), ...further.map((column) => cellText(column.cell(row), column.type))],
    ]);
  };
  return {
    text(observations) {
      further = furtherColumns(origin, observations);
      count = 0;
      const names = further.map(({ name, unit }) => (unit === null ? name : `${name} (${unit})`));
      return csvOf([[...firstNames(origin), ...names]]) + observations.map(line).join("");
    },
    line(observation) {
      const known = new Set(further.map(({ name }) => name));
      return furtherColumns(origin, [observation]).every(({ name }) => known.has(name)) ? line(observation) : null;
    },
  };
}

function firstNames({ space, units }: BesideOrigin): string[] {
  return [
    "observation_id",
    "run_id",
    "observed_at",
    "replicate",
    ...space.parameters.map(({ name, unit }) => `${name} (${unit})`),
    ...Object.entries(units).map(([name, unit]) => `${name} (${unit})`),
    "failure",
    "mode",
  ];
}

function firstCells({ space, units }: BesideOrigin, observation: Observation): (string | null)[] {
  const { observationId, runId, observedAt, replicate, executed, requested, values, partial, mode } = observation;
  const cell = (value: number | string | undefined) => (value === undefined ? null : String(value));
  return [
    observationId,
    runId,
    observedAt,
    String(replicate),
    ...space.parameters.map(({ name }) => cell((executed.value ?? requested)[name])),
    ...Object.keys(units).map((name) => cell((values ?? partial)?.[name]?.value)),
    failureText(observation),
    mode,
  ];
}

/** What a failed run had measured before it failed stands in its row, and is said to. */
function failureText({ failure, partial }: Observation): string | null {
  if (failure === null) return null;
  const kept = partial === undefined ? "" : `; measured before it failed: ${Object.keys(partial).join(", ")}`;
  return `${failure.class}: ${failure.message}${kept}`;
}

/** Those of the exported table that the first ones do not give; what the model thought stands in the export alone. */
function furtherColumns(origin: BesideOrigin, observations: readonly Observation[]): Column[] {
  const given = new Set(["number", "observation_id", "run_id", "observed_at", "replicate", "is_simulated"]);
  for (const name of Object.keys(origin.units)) given.add(`observed_${name}`).add(`observed_${name}_unit`);
  const columns = [
    ...identityColumns(),
    ...measuredColumns(origin, observations),
    ...provenanceColumns(),
    ...stepColumns(origin.stepKeys, observations),
  ];
  return withDistinctNames(columns.filter(({ name }) => !given.has(name)));
}
