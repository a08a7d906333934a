import type { Plan } from "@labloop/contracts";
import { holdersOf } from "./holders.ts";
import type { DeviceView, LabState, RunState } from "./lab-state.ts";
import { reservationsOf } from "./reservations.ts";
import { isClearing, remainingSteps } from "./run-progress.ts";

/** Role to capability, for the roles that the first step of a plan claims. */
export function firstRolesOf(plan: Pick<Plan, "roles" | "steps">): Readonly<Record<string, string>> {
  const first = plan.steps.find((step) => step.after.length === 0);
  const claims = new Set(first?.claims);
  return Object.fromEntries(Object.entries(plan.roles).filter(([role]) => claims.has(role)));
}

/**
 * How many more runs could start their first step now, or as soon as devices are free that only wait to be cleared or
 * are being cleared. Queued runs hold nothing and are not subtracted. 0 without first roles.
 */
export function freeSlots(
  lab: LabState,
  runs: readonly RunState[],
  firstRoles: Readonly<Record<string, string>>,
): number {
  const holders = holdersOf(lab, runs);
  const leaving = new Set(leavingDevices(runs));
  const isOpen = (device: DeviceView) => device.isAvailable && (!holders.has(device.id) || leaving.has(device.id));
  const wanted = Object.values(firstRoles);
  const slots = [...new Set(wanted)].map((capability) => {
    const open = lab.devices.filter((device) => device.capability === capability && isOpen(device)).length;
    return Math.floor(open / wanted.filter((other) => other === capability).length);
  });
  return slots.length === 0 ? 0 : Math.min(...slots);
}

/** Devices that their runs need for nothing more than to take the part off. */
function leavingDevices(runs: readonly RunState[]): string[] {
  const runOf = new Map(runs.map((run) => [run.runId, run]));
  return Object.entries(reservationsOf(runs)).flatMap(([device, { runId, role }]) => {
    const run = runOf.get(runId);
    if (run === undefined || run.isHeld) return [];
    const uses = remainingSteps(run).filter((step) => step.claims.includes(role));
    return uses.length > 0 && uses.every((step) => isClearing(step, role)) ? [device] : [];
  });
}
