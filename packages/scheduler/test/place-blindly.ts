import type { Decision, LabState, Placement, RunState } from "@labloop/scheduler";

/** Grants whatever is free, in the order of the runs, and never looks ahead: what the scheduler must not do. */
export function placeBlindly(lab: LabState, runs: readonly RunState[], now: number): Decision {
  const holderOf = new Map<string | undefined, string>();
  for (const { runId, plan, open, partRole, bindings } of runs) {
    if (partRole !== null) holderOf.set(bindings[partRole], runId);
    for (const role of plan.steps.find(({ key }) => key === open)?.claims ?? []) holderOf.set(bindings[role], runId);
  }
  const placements: Placement[] = [];
  for (const run of runs.filter(({ open }) => open === null)) {
    const step = run.plan.steps[run.done.length]!;
    const all: Record<string, string> = { ...run.bindings };
    for (const role of step.claims) {
      const own = new Set(Object.values(all));
      const pool = lab.devices.filter(({ capability }) => capability === run.plan.roles[role]);
      const free = pool.find(({ id, isAvailable }) => isAvailable && !holderOf.has(id) && !own.has(id));
      if (all[role] === undefined && free !== undefined) all[role] = free.id;
    }
    const claimed = step.claims.map((role) => all[role]);
    if (claimed.some((id) => id === undefined || (holderOf.get(id) ?? run.runId) !== run.runId)) continue;
    for (const id of claimed) holderOf.set(id, run.runId);
    placements.push({ runId: run.runId, stepKey: step.key, device: all[step.role]!, bindings: all });
  }
  return { at: now, placements, waiting: [] };
}
