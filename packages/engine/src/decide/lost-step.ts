import type { CommandRecord, RunRecord } from "../state.ts";

/** Attempts at one step that moved nothing, before the run is given up (E5). */
const maxAttempts = 6;

/** Error classes that another attempt cannot change: the order itself is wrong. */
const hopeless: ReadonlySet<string> = new Set(["infeasible"]);

/** Returns whether a step will not succeed any more: matter was moved without success, or nothing helps. */
export function isLost({ outcome, attempt, uncounted }: CommandRecord): boolean {
  if (outcome === null || outcome.state === "succeeded") return false;
  if (outcome.state === "discarded") return true;
  if (outcome.state === "failed" && outcome.physical !== "none") return true;
  return attempt - uncounted >= maxAttempts || hopeless.has(outcome.error.class);
}

/**
 * Returns the step that was to carry the part on and will not, or null: where the part is now, only a person can tell, so
 * every device that the step claims goes out of use by name, and the run ends as suspect.
 */
export function strandedStep(run: RunRecord): CommandRecord | null {
  if (run.partRole === null) return null;
  const carrying = run.plan.steps.filter(({ partFrom, partTo }) => partFrom !== null && partFrom !== partTo);
  const keys = new Set(carrying.map(({ key }) => key));
  return Object.values(run.steps).find((command) => keys.has(command.stepKey) && isLost(command)) ?? null;
}
