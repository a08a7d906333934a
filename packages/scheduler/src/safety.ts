import { canFinishWith } from "./device-pools.ts";
import type { LabState, RunState } from "./lab-state.ts";
import { boundDevice, openStep } from "./run-progress.ts";

/**
 * Whether every run whose part stands on a device can still finish, in some order: the banker's test.
 *
 * Open steps count as ended, since they have all they claim. What only a person frees (a device that is away, one held
 * by a run that is over, a held run) counts as free in time: the test is about runs that wait for each other.
 */
export function isSafe(lab: LabState, runs: readonly RunState[]): boolean {
  return stuckRuns(lab, runs).length === 0;
}

/** The ids of the runs that can not finish in any order, given where all parts stand once open steps have ended. */
export function stuckRuns(lab: LabState, runs: readonly RunState[]): string[] {
  const settled = runs.map(afterOpenStep);
  const holderOf = new Map<string, string>();
  for (const run of settled) if (run.partRole !== null) holderOf.set(boundDevice(run, run.partRole), run.runId);

  const waiting = new Set(settled.filter(({ partRole }) => partRole !== null));
  for (let size = -1; size !== waiting.size; ) {
    size = waiting.size;
    for (const run of waiting) {
      const isUsable = (device: string) => (holderOf.get(device) ?? run.runId) === run.runId;
      if (!canFinishWith(lab, run, isUsable)) continue;
      // Giving back its device can only help the others, so runs may be found in any order.
      waiting.delete(run);
      if (run.partRole !== null) holderOf.delete(boundDevice(run, run.partRole));
    }
  }
  return [...waiting].map(({ runId }) => runId);
}

function afterOpenStep(run: RunState): RunState {
  const step = openStep(run);
  if (step === null) return run;
  // A step beside the part is planned with the stand that the document's order suggests; the run may be elsewhere.
  const isPartMoved = step.partFrom !== step.partTo;
  return {
    ...run,
    done: [...run.done, step.key],
    open: null,
    partRole: isPartMoved ? step.partTo : run.partRole,
  };
}
