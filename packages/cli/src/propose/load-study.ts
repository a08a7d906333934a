import { dirname, resolve } from "node:path";
import type { Fault, Study, StudyFile, Trial } from "@labloop/contracts";
import { importCandidates, importTrials, openSpace, type TableRow } from "@labloop/optimizer";
import { readRows, readStudy, type SourceText } from "@labloop/protocol";
import { readSource } from "../lab/read-source.ts";
import { adviseOnCell } from "./advise-on-cell.ts";

/** A study as far as its file and the tables that it names could be read. */
interface LoadedStudy {
  /** Null where it has not the shape of a study, or what can be made could not be read. */
  readonly study: Study | null;
  /** What the tables of a study are judged by even where what can be made could not be read; null where it has not the shape of one. */
  readonly named: Omit<Study, "candidates"> | null;
  readonly space: Exclude<ReturnType<typeof openSpace>, Fault[]> | null;
  /** What related campaigns measured: trials that name their task. */
  readonly related: readonly Trial[];
  readonly faults: readonly Fault[];
  /** Returns a fault of the study with its place in its file, or in the table of what can be made. */
  readonly place: (fault: Fault) => Fault;
}

/** Returns the study of a source and what the tables that it names say, with all that is wrong with them. */
export function loadStudy(studyFile: string, source: SourceText): LoadedStudy {
  const read = readStudy(source);
  const faults: Fault[] = [...read.faults];
  if (read.study === null) {
    return { study: null, named: null, space: null, related: [], faults, place: read.place };
  }
  const folder = dirname(studyFile);
  const listed = loadCandidates(read.study, folder, read.place);
  const { candidates, ...named } = read.study;
  const place = listed?.place ?? read.place;
  faults.push(...(listed?.faults ?? []));
  const list = typeof candidates === "string" ? (listed?.designs ?? []) : candidates;
  const study: Study | null =
    listed?.designs === null ? null : { ...named, ...(list === undefined ? {} : { candidates: list }) };
  // Without its list all else in a study can be judged.
  const opened = openSpace(study ?? named);
  if (Array.isArray(opened)) faults.push(...opened.map(place));
  const related = loadRelated(named, folder, read.place, faults);
  return { study, named, space: Array.isArray(opened) || study === null ? null : opened, related, faults, place };
}

/** The table that a study names for what can be made; null where it names none. Its designs are null where they could not be read. */
function loadCandidates(study: StudyFile, folder: string, place: LoadedStudy["place"]) {
  if (typeof study.candidates !== "string") return null;
  const table = readTable(study.candidates, folder, "candidates", place);
  if ("faults" in table) return { designs: null, faults: table.faults, place };
  const { rows, file } = table;
  const imported = importCandidates(rows, study, (cell) => adviseOnCell(cell, undefined));
  if (Array.isArray(imported)) return { designs: null, faults: imported.map((fault) => ({ ...fault, file })), place };
  const { designs, lines } = imported;
  const inTable = (fault: Fault): Fault => {
    const line = lines[Number(/^candidates\.(\d+)/.exec(fault.path ?? "")?.[1])];
    return line === undefined ? place(fault) : { ...fault, file, line };
  };
  return { designs, faults: [], place: inTable };
}

/** The trials of the related campaigns with their tasks; `faults` grows by what is wrong with them. */
function loadRelated(
  study: Omit<Study, "candidates">,
  folder: string,
  place: LoadedStudy["place"],
  faults: Fault[],
): Trial[] {
  const campaigns = study.related ?? [];
  return campaigns.flatMap(({ task, table }, index) => {
    const path = `related.${index}`;
    if (campaigns.findIndex((other) => other.task === task) < index) {
      const message = `two related campaigns are called "${task}"`;
      faults.push(place({ code: "study.relatedTwice", message, path: `${path}.task`, hint: "name each differently" }));
      return [];
    }
    const read = readTable(table, folder, `${path}.table`, place);
    if ("faults" in read) {
      faults.push(...read.faults);
      return [];
    }
    const imported = importTrials(read.rows, study, adviseOnCell);
    if (!Array.isArray(imported)) return imported.trials.map((trial) => ({ ...trial, task }));
    faults.push(...imported.map((fault) => ({ ...fault, file: read.file })));
    return [];
  });
}

/** The rows of a table beside a study; where there is none that is told where the study names it, at `path`. */
function readTable(
  table: string,
  folder: string,
  path: string,
  place: LoadedStudy["place"],
): { readonly rows: readonly TableRow[]; readonly file: string } | { readonly faults: readonly Fault[] } {
  const source = readSource(resolve(folder, table));
  if (!source.ok) {
    const missed = ({ message, ...fault }: Fault) => place({ ...fault, message: `${table}: ${message}`, path });
    return { faults: source.faults.map(missed) };
  }
  const rows = readRows(source.value);
  return rows.ok ? { rows: rows.value, file: source.value.file } : { faults: rows.faults };
}
