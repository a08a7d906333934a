import { commandIdOf, type Ids, type LabEvent } from "@labloop/contracts";
import { paramsHashOf } from "@labloop/contracts/digest";
import { bindPlanned } from "@labloop/protocol";
import { type Placement, placeSteps } from "@labloop/scheduler";
import type { Recipe } from "../recipe.ts";
import type { EngineState, RunRecord } from "../state.ts";
import { askNext } from "./ask-next.ts";
import { endCampaign } from "./end-campaign.ts";
import { labView, runViews, type Surroundings } from "./lab-view.ts";
import { observeRun } from "./observe-run.ts";
import { settleRun } from "./settle-run.ts";

/** Latest start of a command after it was sent, ms of the link clock: an order that lies about longer is stale. */
const ttlMs = 30_000;

/**
 * Returns what the planner does next: facts that follow from the state as it is, or nothing when everything that can be
 * started has been. It is asked again after each answer until it has nothing to add.
 *
 * Pure but for `ids`, which are drawn only for facts that are returned.
 */
export function planNext(state: EngineState, recipe: Recipe, around: Surroundings, ids: Ids): readonly LabEvent[] {
  const phase = state.campaign?.chart.value;
  if (phase === undefined || phase === "finished" || phase === "aborted") return [];
  if (phase === "ready") return [{ type: "campaign.started" }];

  for (const run of inOrder(state)) {
    const events = observeRun(state, run, recipe, around, ids) ?? settleRun(run);
    if (events !== null) return events;
  }
  // Ends are taken note of while an E-STOP stands, and nothing else is done.
  if (state.estop?.isActive === true) return [];
  const ending = endCampaign(state, recipe);
  if (ending !== null) return [ending];

  const runs = runViews(state, around);
  const lab = labView(state, runs, around);
  if (phase !== "paused") {
    const placeable = phase === "stopping" ? runs.filter((run) => Object.keys(run.bindings).length > 0) : runs;
    const [placement] = placeSteps(lab, placeable, around.labAt).placements;
    if (placement !== undefined) return [intend(state, placement, ids)];
  }
  return phase === "running" ? askNext(state, recipe, lab, runs, ids) : [];
}

function inOrder(state: EngineState): RunRecord[] {
  return [...state.runs.values()].sort((a, b) => a.order - b.order);
}

/** One decision to send a command: the intent, with everything that makes a re-send the same command. */
function intend(state: EngineState, placement: Placement, ids: Ids): LabEvent {
  const run = state.runs.get(placement.runId);
  const step = run?.plan.steps.find((planned) => planned.key === placement.stepKey);
  const device = state.devices.get(placement.device);
  if (run === undefined || step === undefined || device === undefined) {
    throw new Error(`the scheduler placed ${placement.stepKey} of ${placement.runId}, which is not there`);
  }
  const before = run.steps[step.key];
  const stepId = before?.stepId ?? ids.ulid();
  const attempt = (before?.attempt ?? 0) + 1;
  const params = bindPlanned(step.params, { ...run.bindings, ...placement.bindings });
  const because =
    before?.outcome != null && before.outcome.state !== "succeeded"
      ? `attempt ${before.attempt} moved nothing: ${before.outcome.error.message}`
      : "next step of the plan";
  return {
    type: "step.intended",
    runId: run.runId,
    stepId,
    stepKey: step.key,
    attempt,
    commandId: commandIdOf(stepId, attempt),
    device: placement.device,
    dseq: device.dseq + 1,
    op: step.op,
    params,
    paramsHash: paramsHashOf(step.op, params),
    retryClass: step.retryClass,
    ttlMs,
    maxDurationMs: step.maxMs,
    bindings: { ...placement.bindings },
    decision: because,
  };
}
