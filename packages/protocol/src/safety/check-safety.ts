import type { Fault, LabDescription, LabDocument, Outcome } from "@labloop/contracts";
import { type ReadLab, readLab } from "../check/check-lab.ts";
import { settle } from "../check/report.ts";
import type { Path } from "../documents/yaml-tree.ts";
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
  if (read.sound === null) return { ok: false, faults: [...read.faults] };
  const { safety, faults } = compileSafety(read.sound, read, description);
  return settle(safety, [...(read.value === null ? read.faults : []), ...faults]);
}

/**
 * Compiles what a lab file says of safety; a rule with faults, or whose shape is wrong, is left out, so nothing may run while
 * there are any.
 */
export function compileSafety(
  lab: LabDocument,
  read: ReadLab,
  description: LabDescription,
): { readonly safety: Safety; readonly faults: readonly Fault[] } {
  const faults: Fault[] = [];
  const sound = <T>(path: Path, compile: (report: ReportAt) => T | null): T[] => {
    // A key that is not known hides nothing of the rest.
    if (read.value === null && !read.isWhole(path)) return [];
    const before = faults.length;
    const compiled = compile((within, fault) => faults.push(read.atValue([...path, ...within], fault)));
    return compiled === null || faults.length > before ? [] : [compiled];
  };
  const envelope = (lab.safety?.envelope ?? []).flatMap((rule, i) =>
    sound(["safety", "envelope", i], (report) => compileRule(rule, description, report)),
  );
  const interlocks = Object.entries(lab.safety?.interlocks ?? {}).flatMap(([name, rule]) =>
    sound(["safety", "interlocks", name], (report) => compileInterlock(name, rule, description, report)),
  );
  return { safety: { envelope, interlocks }, faults };
}
