import { type ExitCode, exitCode } from "../exit-code.ts";
import { loadLab } from "../lab/load-lab.ts";
import { print, printJson } from "../say.ts";
import { reportFaults } from "./run.ts";

/** `labloop devices --lab FILE`: says what a lab's devices can do, from their drivers' own declarations. */
export async function devices(flags: { lab: string; json?: boolean }): Promise<ExitCode> {
  const lab = await loadLab(flags.lab);
  if (!lab.ok) return reportFaults(lab.faults, flags.json === true);
  const { document, caps, definitions } = lab.value;
  if (flags.json === true) {
    printJson({ v: 1, ok: true, lab: document.lab, mode: document.mode, devices: caps });
    return exitCode.done;
  }
  print(`${document.title.en} (${document.mode}), ${Object.keys(caps).length} devices`);
  for (const [id, { kind, capability, operations, driverVersion }] of Object.entries(caps)) {
    const met = definitions[id]?.provenance.metHardware === true ? "" : ", has not met hardware";
    print(`  ${id.padEnd(12)} ${capability}: ${Object.keys(operations).join(", ")} (${kind} ${driverVersion}${met})`);
  }
  return exitCode.done;
}
