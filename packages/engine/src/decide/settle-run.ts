import type { LabEvent } from "@labloop/contracts";
import type { CommandRecord, RunRecord } from "../state.ts";
import { doneSteps } from "./lab-view.ts";
import { isLost } from "./lost-step.ts";

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
  if (!run.isObserved && isObservationOwed(run)) return null;
  const reason = run.suspect ?? run.failing?.message ?? "every step succeeded";
  return [{ type: "run.finished", runId: run.runId, outcome: outcomeOf(run), reason }];
}

/** Whether a run gives an observation: one that was aborted before anything of it was ordered has nothing to tell. */
export function isObservationOwed({ failing, steps }: RunRecord): boolean {
  return failing?.code !== "campaign.aborted" || Object.keys(steps).length > 0;
}

function outcomeOf({ failing, suspect }: RunRecord): "done" | "failed" | "aborted" | "suspect" {
  if (suspect !== null) return "suspect";
  if (failing === null) return "done";
  return failing.code === "campaign.aborted" ? "aborted" : "failed";
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
