import type { PlanStep } from "@labloop/contracts";
import { eligibleDevices } from "./device-pools.ts";
import type { LabState, RunState } from "./lab-state.ts";
import { isClearing, readySteps } from "./run-progress.ts";

/** A step whose predecessors are done, of a run without an open step. */
export interface Candidate {
  readonly run: RunState;
  readonly step: PlanStep;
}

/**
 * Every step that could start as far as its own run is concerned, the most urgent first: the further advanced runs,
 * so queued ones last, then the oldest; within a run the step that frees the scarcest device.
 */
export function rankSteps(lab: LabState, runs: readonly RunState[]): Candidate[] {
  const ranked = runs.filter(({ open }) => open === null).toSorted(compareRuns);
  return ranked.flatMap((run) => {
    const steps = readySteps(run).map((step) => ({ run, step, pool: poolFreedBy(lab, run, step) }));
    return steps.toSorted((a, b) => compare(a.pool, b.pool)).map(({ step }) => ({ run, step }));
  });
}

function compareRuns(a: RunState, b: RunState): number {
  return (
    // Shares of steps done, compared crosswise to stay with whole numbers.
    compare(b.done.length * a.plan.steps.length, a.done.length * b.plan.steps.length) ||
    compare(a.queuedAt, b.queuedAt) ||
    compare(a.runId, b.runId)
  );
}

/** How many devices can do what the one does that this step takes the part off; infinite when it frees none. */
function poolFreedBy(lab: LabState, run: RunState, step: PlanStep): number {
  const role = step.partFrom;
  if (role === null || !isClearing(step, role)) return Number.POSITIVE_INFINITY;
  return eligibleDevices(lab, run, role).length;
}

function compare<T extends number | string>(a: T, b: T): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
