import type { Outcome } from "@labloop/contracts";
import { type CheckedProtocol, checkProtocol, describeLab } from "@labloop/protocol";
import { eachOnce, readLabParts, withSafety } from "./load-lab.ts";
import { readSource } from "./read-source.ts";

/** Checks a protocol alone against what a lab can do. */
export async function loadProtocol(path: string, labPath: string): Promise<Outcome<CheckedProtocol>> {
  const source = readSource(path);
  const { lab, isKnown, faults } = withSafety(await readLabParts(labPath));
  if (!source.ok || lab === null || !isKnown) {
    return { ok: false, faults: eachOnce([...(source.ok ? [] : source.faults), ...faults]) };
  }
  const checked = checkProtocol(source.value, describeLab(lab.document, lab.caps, lab.tables));
  if (faults.length === 0) return checked;
  return { ok: false, faults: eachOnce([...(checked.ok ? [] : checked.faults), ...faults]) };
}
