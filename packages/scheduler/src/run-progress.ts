import { LabError, type PlanStep } from "@labloop/contracts";
import type { RunState } from "./lab-state.ts";

/** The steps of a run that have not succeeded, in the plan's order; an open one among them. */
export function remainingSteps(run: RunState): PlanStep[] {
  const done = new Set(run.done);
  return run.plan.steps.filter((step) => !done.has(step.key));
}

/** The steps of a run whose predecessors have all succeeded and that are not open, in the plan's order. */
export function readySteps(run: RunState): PlanStep[] {
  const done = new Set(run.done);
  return run.plan.steps.filter(
    (step) => !done.has(step.key) && step.key !== run.open && step.after.every((key) => done.has(key)),
  );
}

/** The open step of a run; null when none is open. */
export function openStep(run: RunState): PlanStep | null {
  if (run.open === null) return null;
  const step = run.plan.steps.find(({ key }) => key === run.open);
  if (step === undefined)
    throw new LabError(
      "scheduler.unknownStep",
      `run ${run.runId} has "${run.open}" open, which its plan does not have`,
    );
  return step;
}

/** The device that a role of a run is bound to; undefined while it is unbound. */
export function bindingOf(run: RunState, role: string): string | undefined {
  // A role may be named like something that every object inherits, such as "constructor".
  return Object.hasOwn(run.bindings, role) ? run.bindings[role] : undefined;
}

/** The device of a role that must be bound. */
export function boundDevice(run: RunState, role: string): string {
  const device = bindingOf(run, role);
  if (device === undefined)
    throw new LabError(
      "scheduler.unboundRole",
      `run ${run.runId} uses the role "${role}", which is bound to no device`,
    );
  return device;
}

/** Whether a step takes the part off a role, so that the device of that role is free afterwards. */
export function isClearing(step: PlanStep, role: string): boolean {
  return step.partFrom === role && step.partTo !== role;
}
