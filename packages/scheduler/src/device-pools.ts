import type { DeviceView, LabState, RunState } from "./lab-state.ts";
import { bindingOf, remainingSteps } from "./run-progress.ts";

/** The devices that can play a role of a run: the capability it asks for, with every operation its steps use. */
export function eligibleDevices(lab: LabState, run: RunState, role: string): DeviceView[] {
  const capability = run.plan.roles[role];
  const operations = run.plan.steps.filter((step) => step.role === role).map((step) => step.op);
  return lab.devices.filter(
    (device) => device.capability === capability && operations.every((op) => device.operations.includes(op)),
  );
}

/** The roles that the remaining steps of a run claim. */
export function neededRoles(run: RunState): string[] {
  const roles = new Set<string>();
  for (const step of remainingSteps(run)) for (const role of step.claims) roles.add(role);
  return [...roles];
}

/**
 * Whether the remaining steps of a run can all be carried out with the usable devices alone, one device per role. What
 * the run lets go of on the way stays usable to it, so each role needs one usable device, whatever the order.
 */
export function canFinishWith(lab: LabState, run: RunState, isUsable: (device: string) => boolean): boolean {
  const known = new Set(lab.devices.map(({ id }) => id));
  const bound = new Set(Object.values(run.bindings));
  const open: string[][] = [];
  for (const role of neededRoles(run)) {
    const device = bindingOf(run, role);
    if (device === undefined) {
      const pool = eligibleDevices(lab, run, role).map(({ id }) => id);
      open.push(pool.filter((id) => !bound.has(id) && isUsable(id)));
    } else if (!known.has(device) || !isUsable(device)) return false;
  }
  return canMatchAll(open);
}

/** Whether each pool can give one device of its own: augmenting paths, since pools may overlap in part. */
function canMatchAll(pools: readonly (readonly string[])[]): boolean {
  const poolOf = new Map<string, number>();
  const give = (pool: number, seen: Set<string>): boolean => {
    for (const device of pools[pool] ?? []) {
      if (seen.has(device)) continue;
      seen.add(device);
      const rival = poolOf.get(device);
      if (rival === undefined || give(rival, seen)) {
        poolOf.set(device, pool);
        return true;
      }
    }
    return false;
  };
  return pools.every((_, pool) => give(pool, new Set()));
}
