import type { Outcome } from "@labloop/contracts";
import { type CheckedProtocol, checkProtocol } from "@labloop/protocol";
import { describeParts, eachOnce, readLabParts, withRules } from "./load-lab.ts";
import { readSource } from "./read-source.ts";

/** Checks a protocol alone against what a lab can do. */
export async function loadProtocol(path: string, labPath: string): Promise<Outcome<CheckedProtocol>> {
  const source = readSource(path);
  const { lab, unknown, faults } = withRules(await readLabParts(labPath));
  if (!source.ok || lab === null) {
    return { ok: false, faults: eachOnce([...(source.ok ? [] : source.faults), ...faults]) };
  }
  const checked = checkProtocol(source.value, describeParts(lab, unknown));
  if (faults.length === 0) return checked;
  return { ok: false, faults: eachOnce([...(checked.ok ? [] : checked.faults), ...faults]) };
}
