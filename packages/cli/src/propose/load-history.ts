import type { Fault, Outcome, Study, Trial } from "@labloop/contracts";
import { type ImportedTrials, importTrials } from "@labloop/optimizer";
import { readRows } from "@labloop/protocol";
import { readSource } from "../lab/read-source.ts";
import { adviseOnCell } from "./advise-on-cell.ts";
import { loadStudy } from "./load-study.ts";

/** A study and what is known of it so far. */
export interface History {
  readonly study: Study;
  readonly imported: ImportedTrials;
  /** Lines of what was measured at designs that the study does not admit. */
  readonly outside: readonly number[];
  /** Lines of what was made where something that the study does not vary was another: nothing is learned from them. */
  readonly elsewhere: readonly number[];
  /** What related campaigns measured: trials that name their task. */
  readonly related: readonly Trial[];
  /** Returns a fault of the study with its place in its file. */
  readonly place: (fault: Fault) => Fault;
}

/** Returns the study of one file, the trials of another and those of the related campaigns that the study names, or every fault of both, each with its line. */
export function loadHistory(studyFile: string, dataFile: string): Outcome<History> {
  const studySource = readSource(studyFile);
  const dataSource = readSource(dataFile);
  const loaded = studySource.ok ? loadStudy(studyFile, studySource.value) : null;
  const rows = dataSource.ok ? readRows(dataSource.value) : null;
  const faults: Fault[] = [
    ...(studySource.ok ? [] : studySource.faults),
    ...(loaded?.faults ?? []),
    ...(dataSource.ok ? [] : dataSource.faults),
    ...(rows?.ok === false ? rows.faults : []),
  ];
  const named = loaded?.named ?? null;
  const imported = named === null || rows?.ok !== true ? null : importTrials(rows.value, named, adviseOnCell);
  if (Array.isArray(imported)) {
    const file = dataSource.ok ? dataSource.value.file : dataFile;
    faults.push(...imported.map((fault) => ({ ...fault, file })));
  }
  if (imported === null || Array.isArray(imported) || faults.length > 0) return { ok: false, faults };
  const { study = null, space = null, related = [], place = (fault: Fault) => fault } = loaded ?? {};
  if (study === null || space === null) return { ok: false, faults };
  const outside: number[] = [];
  const elsewhere: number[] = [];
  imported.trials.forEach(({ design, outcome }, i) => {
    const line = imported.lines[i] as number;
    if (!space.sharesConstants(design)) elsewhere.push(line);
    else if (outcome.status === "measured" && !space.admits(design)) outside.push(line);
  });
  return { ok: true, value: { study, imported, outside, elsewhere, related, place } };
}
