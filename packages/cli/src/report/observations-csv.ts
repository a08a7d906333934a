import { appendFileSync, existsSync, writeFileSync } from "node:fs";
import type { Observation, SearchSpace } from "@labloop/contracts";

/**
 * Keeps `observations.csv` beside the journal: one row an observation, failures included, units in the header.
 * What a failed run had measured before it failed stands in its row, and `failure` says so.
 *
 * The file is written anew from the journal at every start, so a row lost in a crash comes back.
 */
export function openObservationsCsv(
  file: string,
  space: SearchSpace,
  units: Readonly<Record<string, string>>,
  before: readonly Observation[],
): (observation: Observation) => void {
  const names = Object.keys(units);
  const header = [
    "observation_id",
    "run_id",
    "observed_at",
    "replicate",
    ...space.parameters.map(({ name, unit }) => `${name} (${unit})`),
    ...names.map((name) => `${name} (${units[name]})`),
    "failure",
    "mode",
  ];
  const row = (observation: Observation) => [
    observation.observationId,
    observation.runId,
    observation.observedAt,
    String(observation.replicate),
    ...space.parameters.map(({ name }) => String((observation.executed.value ?? observation.requested)[name] ?? "")),
    ...names.map((name) => String((observation.values ?? observation.partial)?.[name]?.value ?? "")),
    failureText(observation),
    observation.mode,
  ];
  writeFileSync(file, [header, ...before.map(row)].map(csvLine).join(""));
  return (observation) => {
    if (!existsSync(file)) writeFileSync(file, csvLine(header));
    appendFileSync(file, csvLine(row(observation)));
  };
}

function failureText({ failure, partial }: Observation): string {
  if (failure === null) return "";
  const kept = partial === undefined ? "" : `; measured before it failed: ${Object.keys(partial).join(", ")}`;
  return `${failure.class}: ${failure.message}${kept}`;
}

function csvLine(cells: readonly string[]): string {
  return `${cells.map((cell) => (/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(",")}\n`;
}
