import { existsSync } from "node:fs";
import { createRealClock } from "@labloop/clock";
import {
  LabError,
  type MaintenanceCount,
  maintenanceStanding,
  maintenanceText,
  type MaintenanceWatch,
} from "@labloop/contracts";
import { pathsOf, readLock } from "../data-folder.ts";
import { conditionText, notedConditions } from "../drivers/known-conditions.ts";
import { type ExitCode, exitCode } from "../exit-code.ts";
import { type LabMaintenance, labMaintenance } from "../lab/lab-maintenance.ts";
import { loadLab } from "../lab/load-lab.ts";
import { faultText, print, printJson } from "../say.ts";
import { reportFaults } from "./report-faults.ts";

/**
 * `labloop devices DATA` or `--lab FILE`: says what a lab's devices can do, from their drivers' own declarations, and what
 * drivers that run now know of their instruments. A data folder says which lab its campaign began in.
 */
export async function devices(
  folder: string | undefined,
  flags: { lab?: string; data?: string; json?: boolean },
): Promise<ExitCode> {
  const lab = await loadLab(flags.lab ?? labFileOf(folder), { broken: "leave-out" });
  if (!lab.ok) return reportFaults(lab.faults, flags.json === true);
  const { document, caps, metHardware, broken } = lab.value;
  const data = folder ?? flags.data ?? process.env["LABLOOP_DATA"] ?? ".labloop";
  const maintenance = await labMaintenance(document, data);
  const names = Object.keys(broken);
  const health = notedConditions(data);
  const code = names.length === 0 ? exitCode.done : exitCode.checkFaults;
  if (flags.json === true) {
    const found = names.length === 0 ? {} : { broken };
    const { lab: name, mode } = document;
    const needs = maintenance.length === 0 ? {} : { maintenance: maintenance.map(asJson) };
    printJson({ v: 1, ok: names.length === 0, lab: name, mode, devices: caps, health, ...needs, ...found });
    return code;
  }
  print(`${document.title.en} (${document.mode}), ${Object.keys(caps).length} devices`);
  for (const [id, { kind, capability, operations, driverVersion }] of Object.entries(caps)) {
    const met = metHardware.includes(id) ? "" : ", has not met hardware";
    print(`  ${id.padEnd(12)} ${capability}: ${Object.keys(operations).join(", ")} (${kind} ${driverVersion}${met})`);
    for (const each of maintenance) if (each.device === id) print(`    ${inWords(each)}`);
    const condition = health[id];
    if (condition !== undefined) print(`    ${conditionText(condition)}`);
  }
  for (const [id, faults] of Object.entries(broken)) {
    print(`  ${id.padEnd(12)} its driver does not load:`);
    for (const fault of faults) print(`    ${faultText(fault)}`);
  }
  return code;
}

/** Throws `usage.noLab` with what to type where nothing says which lab is meant. */
function labFileOf(folder: string | undefined): string {
  if (folder === undefined) {
    const hint = "labloop devices --lab lab.yaml, or labloop devices with the data folder of a campaign";
    throw new LabError("usage.noLab", "nobody says which lab is meant", { hint });
  }
  const labFile = readLock(pathsOf(folder))?.labFile;
  if (labFile !== undefined && existsSync(labFile)) return labFile;
  const hint = `labloop devices ${folder} --lab LAB.yaml`;
  const why = labFile === undefined ? "does not say which lab it belongs to" : `belongs to ${labFile}, which is gone`;
  throw new LabError("usage.noLab", `the folder ${folder} ${why}`, { hint });
}

function asJson({ device, watch, count }: LabMaintenance): object {
  const { name, after } = watch;
  return { device, name, after, count, standing: count === null ? null : standingOf({ watch, count }) };
}

function inWords({ watch, count }: LabMaintenance): string {
  if (count === null) return `${watch.name}: counted from its first campaign on`;
  const standing = standingOf({ watch, count });
  return `${watch.name}: ${maintenanceText(watch, count)}${standing === "kept" ? "" : `, ${says[standing]}`}`;
}

const says = { near: "due soon", due: "due now" } as const;

function standingOf({ watch, count }: { watch: MaintenanceWatch; count: MaintenanceCount }) {
  return maintenanceStanding(watch, count, createRealClock().now());
}
