import { appendFileSync, existsSync, writeFileSync } from "node:fs";
import type { Observation } from "@labloop/contracts";
import type { BesideTable } from "@labloop/records";

/**
 * Keeps `observations.csv` beside the journal: one row an observation, failures included. It is written anew from the journal
 * at every start, so a row lost in a crash comes back, and when an observation brings columns that it has not.
 */
export function openObservationsCsv(
  file: string,
  table: BesideTable,
  before: readonly Observation[],
): (observation: Observation) => void {
  const all = [...before];
  writeFileSync(file, table.text(all));
  return (observation) => {
    all.push(observation);
    const line = existsSync(file) ? table.line(observation) : null;
    if (line === null) writeFileSync(file, table.text(all));
    else appendFileSync(file, line);
  };
}
