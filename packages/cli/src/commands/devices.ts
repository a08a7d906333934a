import { type ExitCode, exitCode } from "../exit-code.ts";
import { loadLab } from "../lab/load-lab.ts";
import { faultText, print, printJson } from "../say.ts";
import { reportFaults } from "./run.ts";

/** `labloop devices --lab FILE`: says what a lab's devices can do, from their drivers' own declarations. */
export async function devices(flags: { lab: string; json?: boolean }): Promise<ExitCode> {
  const lab = await loadLab(flags.lab, { broken: "leave-out" });
  if (!lab.ok) return reportFaults(lab.faults, flags.json === true);
  const { document, caps, metHardware, broken } = lab.value;
  const names = Object.keys(broken);
  const code = names.length === 0 ? exitCode.done : exitCode.checkFaults;
  if (flags.json === true) {
    const found = names.length === 0 ? {} : { broken };
    printJson({ v: 1, ok: names.length === 0, lab: document.lab, mode: document.mode, devices: caps, ...found });
    return code;
  }
  print(`${document.title.en} (${document.mode}), ${Object.keys(caps).length} devices`);
  for (const [id, { kind, capability, operations, driverVersion }] of Object.entries(caps)) {
    const met = metHardware.includes(id) ? "" : ", has not met hardware";
    print(`  ${id.padEnd(12)} ${capability}: ${Object.keys(operations).join(", ")} (${kind} ${driverVersion}${met})`);
  }
  for (const [id, faults] of Object.entries(broken)) {
    print(`  ${id.padEnd(12)} its driver does not load:`);
    for (const fault of faults) print(`    ${faultText(fault)}`);
  }
  return code;
}
