import type { LabEvent } from "@labloop/contracts";
import type { CommandRecord, RunRecord } from "../state.ts";
import { doneSteps } from "./lab-view.ts";

/** Attempts at one step that moved nothing, before the run is given up. */
const maxAttempts = 6;

/** Refusals that another attempt cannot change: the order itself is wrong. */
const hopeless: ReadonlySet<string> = new Set(["usage"]);

/** Returns that a run is failing or over, or null while it goes on. */
export function settleRun(run: RunRecord): readonly LabEvent[] | null {
  const open = Object.values(run.steps).some((command) => command.outcome === null);
  if (open) return null;
  if (run.failing === null) {
    const lost = Object.values(run.steps).find(isLost);
    if (lost !== undefined) return [failing(run, lost)];
  }
  if (doneSteps(run).length < run.plan.steps.length) return null;
  // The observation of a failed run comes first, so that a finished run never lacks one.
  if (!run.isObserved && run.failing?.code !== "campaign.aborted") return null;
  const outcome = run.failing === null ? "done" : run.failing.code === "campaign.aborted" ? "aborted" : "failed";
  const reason = run.failing?.message ?? "every step succeeded";
  return [{ type: "run.finished", runId: run.runId, outcome, reason }];
}

/** A step that will not succeed any more: matter was moved without success, or nothing helps. */
function isLost(command: CommandRecord): boolean {
  const { outcome } = command;
  if (outcome === null || outcome.state === "succeeded") return false;
  if (outcome.state === "failed" && outcome.physical !== "none") return true;
  return command.attempt >= maxAttempts || hopeless.has(outcome.error.class);
}

function failing(run: RunRecord, command: CommandRecord): LabEvent {
  const { outcome, stepKey } = command;
  const error = outcome === null || outcome.state === "succeeded" ? null : outcome.error;
  return {
    type: "run.failing",
    runId: run.runId,
    stepKey,
    code: error?.code ?? "step.failed",
    message: `${stepKey} on ${command.device}: ${error?.message ?? "no reason given"}`,
  };
}
