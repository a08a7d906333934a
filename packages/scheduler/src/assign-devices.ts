import type { PlanStep } from "@labloop/contracts";
import { canFinishWith, eligibleDevices, neededRoles } from "./device-pools.ts";
import type { DeviceView, LabState, RunState } from "./lab-state.ts";
import { bindingOf } from "./run-progress.ts";

/** Role to device, for the roles that a step would bind. */
export type Bindings = Readonly<Record<string, string>>;

/**
 * Every way to bind the still unbound roles of a step to free devices that leaves one for each role bound later, the
 * best first; one empty way when none is unbound. First come devices that no other run in flight will come back to, then those idle longest.
 *
 * Of devices that no later step can tell apart only the first is offered: what holds for one holds for all.
 */
export function assignDevices(
  lab: LabState,
  runs: readonly RunState[],
  run: RunState,
  step: PlanStep,
  isFree: (device: DeviceView) => boolean,
): Bindings[] {
  const claimed = new Set(Object.values(run.bindings));
  const pools = unboundRoles(run, step).map((role) => ({
    role,
    devices: eligibleDevices(lab, run, role).filter((device) => isFree(device) && !claimed.has(device.id)),
  }));
  if (pools.some(({ devices }) => devices.length === 0)) return [];

  const returning = returningRuns(runs, run);
  let ways: Bindings[] = [{}];
  for (const { role, devices } of pools) {
    const sorted = devices.toSorted((a, b) => compareDevices(a, b, returning));
    ways = ways.flatMap((way) => {
      const left = sorted.filter(({ id }) => !Object.values(way).includes(id));
      return firstOfEachKind(left, returning).map((device) => ({ ...way, [role]: device.id }));
    });
  }
  return ways.filter((way) => canFinishWith(lab, { ...run, bindings: { ...run.bindings, ...way } }, () => true));
}

/** The roles of a step that its run has not bound yet, in the fixed order in which they are granted. */
export function unboundRoles(run: RunState, step: PlanStep): string[] {
  return step.claims.filter((role) => bindingOf(run, role) === undefined).toSorted();
}

/** Device to the other runs that have it bound to a role they still need. */
function returningRuns(runs: readonly RunState[], self: RunState): ReadonlyMap<string, string> {
  const returning = new Map<string, string>();
  for (const run of runs.toSorted((a, b) => (a.runId < b.runId ? -1 : 1))) {
    if (run.runId === self.runId) continue;
    for (const role of neededRoles(run)) {
      const device = bindingOf(run, role);
      if (device !== undefined) returning.set(device, `${returning.get(device) ?? ""} ${run.runId}`);
    }
  }
  return returning;
}

function compareDevices(a: DeviceView, b: DeviceView, returning: ReadonlyMap<string, string>): number {
  const isWanted = Number(returning.has(a.id)) - Number(returning.has(b.id));
  const used = (a.lastUsedAt ?? Number.NEGATIVE_INFINITY) - (b.lastUsedAt ?? Number.NEGATIVE_INFINITY);
  return isWanted || used || (a.id < b.id ? -1 : 1);
}

function firstOfEachKind(devices: readonly DeviceView[], returning: ReadonlyMap<string, string>): DeviceView[] {
  const kinds = new Map<string, DeviceView>();
  for (const device of devices) {
    const kind = [device.capability, ...device.operations.toSorted(), returning.get(device.id)].join("\n");
    if (!kinds.has(kind)) kinds.set(kind, device);
  }
  return [...kinds.values()];
}
