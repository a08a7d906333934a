import type { Outcome } from "@labloop/contracts";
import { type CheckedProtocol, checkProtocol, describeLab } from "@labloop/protocol";
import { loadLab } from "./load-lab.ts";
import { readSource } from "./read-source.ts";

/** Checks a protocol alone against what a lab can do. */
export async function loadProtocol(path: string, labPath: string): Promise<Outcome<CheckedProtocol>> {
  const source = readSource(path);
  const lab = await loadLab(labPath);
  if (!source.ok || !lab.ok) {
    return { ok: false, faults: [source, lab].flatMap((part) => (part.ok ? [] : part.faults)) };
  }
  return checkProtocol(source.value, describeLab(lab.value.document, lab.value.caps, lab.value.tables));
}
