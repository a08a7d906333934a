import { dirname, resolve } from "node:path";
import type { Fault, Outcome, Study, Trial } from "@labloop/contracts";
import { type ImportedTrials, importTrials, openSpace } from "@labloop/optimizer";
import { readRows, readStudy } from "@labloop/protocol";
import { readSource } from "../lab/read-source.ts";
import { adviseOnCell } from "./advise-on-cell.ts";

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
  const faults: Fault[] = [];
  const studySource = readSource(studyFile);
  const dataSource = readSource(dataFile);
  const read = studySource.ok ? readStudy(studySource.value) : null;
  const rows = dataSource.ok ? readRows(dataSource.value) : null;
  if (!studySource.ok) faults.push(...studySource.faults);
  faults.push(...(read?.faults ?? []));
  const study = read?.study ?? null;
  const place = (fault: Fault) => read?.place(fault) ?? fault;
  const space = study === null ? null : openSpace(study);
  if (Array.isArray(space)) faults.push(...space.map(place));
  if (!dataSource.ok) faults.push(...dataSource.faults);
  if (rows?.ok === false) faults.push(...rows.faults);
  const imported = study === null || rows?.ok !== true ? null : importTrials(rows.value, study, adviseOnCell);
  if (Array.isArray(imported)) {
    const file = dataSource.ok ? dataSource.value.file : dataFile;
    faults.push(...imported.map((fault) => ({ ...fault, file })));
  }
  const related = study === null ? [] : loadRelated(study, dirname(studyFile), place, faults);
  if (study === null || imported === null || Array.isArray(imported) || faults.length > 0) return { ok: false, faults };
  if (space === null || Array.isArray(space)) return { ok: false, faults };
  const outside: number[] = [];
  const elsewhere: number[] = [];
  imported.trials.forEach(({ design, outcome }, i) => {
    const line = imported.lines[i] as number;
    if (!space.sharesConstants(design)) elsewhere.push(line);
    else if (outcome.status === "measured" && !space.admits(design)) outside.push(line);
  });
  return { ok: true, value: { study, imported, outside, elsewhere, related, place } };
}

/** The trials of the related campaigns with their tasks; `faults` grows by what is wrong with them. */
function loadRelated(study: Study, folder: string, place: History["place"], faults: Fault[]): Trial[] {
  const campaigns = study.related ?? [];
  return campaigns.flatMap(({ task, table }, index) => {
    const path = `related.${index}`;
    if (campaigns.findIndex((other) => other.task === task) < index) {
      const message = `two related campaigns are called "${task}"`;
      faults.push(place({ code: "study.relatedTwice", message, path: `${path}.task`, hint: "name each differently" }));
      return [];
    }
    const source = readSource(resolve(folder, table));
    if (!source.ok) {
      const missed = ({ message, ...fault }: Fault) => ({
        ...fault,
        message: `${table}: ${message}`,
        path: `${path}.table`,
      });
      faults.push(...source.faults.map((fault) => place(missed(fault))));
      return [];
    }
    const rows = readRows(source.value);
    if (!rows.ok) {
      faults.push(...rows.faults);
      return [];
    }
    const imported = importTrials(rows.value, study, adviseOnCell);
    if (!Array.isArray(imported)) return imported.trials.map((trial) => ({ ...trial, task }));
    faults.push(...imported.map((fault) => ({ ...fault, file: source.value.file })));
    return [];
  });
}
