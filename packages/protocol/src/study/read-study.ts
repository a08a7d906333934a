import { type Fault, StudyFile } from "@labloop/contracts";
import { readDocument } from "../documents/read-document.ts";
import type { SourceText } from "../documents/source-text.ts";

/** A study as far as its text could be read. */
export interface ReadStudy {
  /** Null when its shape is wrong beyond unknown keys. */
  readonly study: StudyFile | null;
  readonly faults: readonly Fault[];
  /** Returns a fault found in the study with its place in the text; a column counts within the value that its path names. */
  readonly place: (fault: Fault) => Fault;
}

/** Returns the study that a YAML text describes; whether it makes sense is for the optimizer to say. */
export function readStudy(source: SourceText): ReadStudy {
  const { value, faults, atValue } = readDocument(source, StudyFile);
  return {
    study: value,
    faults,
    place(fault) {
      const path = fault.path?.split(".").map((step) => (/^\d+$/.test(step) ? Number(step) : step)) ?? [];
      return atValue(path, fault, (fault.column ?? 1) - 1);
    },
  };
}
