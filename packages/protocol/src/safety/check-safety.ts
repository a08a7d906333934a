import type { Fault, LabDescription, LabDocument, Outcome } from "@labloop/contracts";
import { readLab } from "../check/check-lab.ts";
import { settle } from "../check/report.ts";
import type { ReadDocument } from "../documents/read-document.ts";
import type { SourceText } from "../documents/source-text.ts";
import { compileRule, type ReportAt } from "./compile-envelope.ts";
import { compileInterlock } from "./compile-interlock.ts";
import type { Envelope } from "./envelope.ts";
import type { Interlock } from "./interlock.ts";

/** What a lab file says of safety, fitted to the lab's devices. */
export interface Safety {
  readonly envelope: Envelope;
  readonly interlocks: readonly Interlock[];
}

export const noSafety: Safety = { envelope: [], interlocks: [] };

/** Returns what a lab file says of safety, or every place in it that does not fit the lab's devices. */
export function checkSafety(source: SourceText, description: LabDescription): Outcome<Safety> {
  const read = readLab(source);
  if (read.value === null) return { ok: false, faults: [...read.faults] };
  const { safety, faults } = compileSafety(read.value, read, description);
  return settle(safety, faults);
}

/** Compiles what a lab file says of safety; a rule with faults is left out, so nothing may run while there are any. */
export function compileSafety(
  lab: LabDocument,
  read: ReadDocument<unknown>,
  description: LabDescription,
): { readonly safety: Safety; readonly faults: readonly Fault[] } {
  const faults: Fault[] = [];
  const reportIn =
    (...root: (string | number)[]): ReportAt =>
    (path, fault) =>
      faults.push(read.atValue([...root, ...path], fault));
  const envelope = (lab.safety?.envelope ?? []).flatMap(
    (rule, i) => compileRule(rule, description, reportIn("safety", "envelope", i)) ?? [],
  );
  const interlocks = Object.entries(lab.safety?.interlocks ?? {}).flatMap(
    ([name, rule]) => compileInterlock(name, rule, description, reportIn("safety", "interlocks", name)) ?? [],
  );
  return { safety: { envelope, interlocks }, faults };
}
