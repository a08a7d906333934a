import { commandIdOf, type Ids, type LabEvent } from "@labloop/contracts";
import { paramsHashOf } from "@labloop/contracts/digest";
import { bindPlanned } from "@labloop/protocol";
import { type Placement, placeSteps } from "@labloop/scheduler";
import type { Recipe } from "../recipe.ts";
import { type CommandRecord, type EngineState, orphanKey, type RunRecord } from "../state.ts";
import { askNext } from "./ask-next.ts";
import { endCampaign } from "./end-campaign.ts";
import { judgeIntent } from "./judge-intent.ts";
import { labView, runViews, type Surroundings } from "./lab-view.ts";
import { observeRun } from "./observe-run.ts";
import { noteMaintenance, queueMaintenance, settleMaintenance } from "./plan-maintenance.ts";
import { noteCalibrations, queueCalibration, settleCalibration } from "./plan-upkeep.ts";
import { giveUpCleaning, settleDoubts } from "./settle-doubts.ts";
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
    const events =
      observeRun(state, run, recipe, around, ids) ??
      settleCalibration(state, run, around.labAt) ??
      settleMaintenance(state, run) ??
      settleRun(run);
    if (events !== null) return events;
  }
  const noted = [...noteCalibrations(state, around.labAt), ...noteMaintenance(state, around.labAt)];
  if (noted.length > 0) return noted;
  // Ends are taken note of while an E-STOP stands, and nothing else is done.
  if (state.estop?.isActive === true) return [];
  // An old backup knows too little of what has been done since: nothing is decided before a person says so.
  if (state.fencesAbove.size > 0) return [];
  const settled =
    settleDoubts(state, recipe, around, ids) ?? (phase === "stopping" ? giveUpCleaning(state, around) : null);
  if (settled !== null) return settled;
  const ending = endCampaign(state, recipe, around);
  if (ending !== null) return [ending];

  const upkeep = phase === "running" ? queueUpkeep(state, recipe, around, ids) : [];
  if (upkeep.length > 0) return upkeep;
  const runs = runViews(state, around);
  const lab = labView(state, runs, around);
  if (phase !== "paused") {
    const placeable = phase === "stopping" ? runs.filter((run) => Object.keys(run.bindings).length > 0) : runs;
    const [placement] = placeSteps(lab, placeable, around.labAt).placements;
    if (placement !== undefined) return intend(state, placement, recipe, around, ids);
  }
  return phase === "running" ? askNext(state, recipe, lab, runs, ids) : [];
}

function queueUpkeep(state: EngineState, recipe: Recipe, { labAt }: Surroundings, ids: Ids): readonly LabEvent[] {
  const calibrating = queueCalibration(state, recipe, ids, labAt);
  return calibrating.length > 0 ? calibrating : queueMaintenance(state, recipe, ids, labAt);
}

function inOrder(state: EngineState): RunRecord[] {
  return [...state.runs.values()].sort((a, b) => a.order - b.order);
}

/**
 * One decision to send a command: the intent, with everything that makes a re-send the same command; or why the safety
 * envelope does not allow it.
 */
function intend(
  state: EngineState,
  placement: Placement,
  recipe: Recipe,
  around: Surroundings,
  ids: Ids,
): readonly LabEvent[] {
  const run = state.runs.get(placement.runId);
  const step = run?.plan.steps.find((planned) => planned.key === placement.stepKey);
  const device = state.devices.get(placement.device);
  if (run === undefined || step === undefined || device === undefined) {
    throw new Error(`the scheduler placed ${placement.stepKey} of ${placement.runId}, which is not there`);
  }
  const params = bindPlanned(step.params, { ...run.bindings, ...placement.bindings });
  const intent = { runId: run.runId, stepKey: step.key, device: placement.device, op: step.op, params };
  const refused = judgeIntent(state, recipe, intent, around);
  if (refused !== null) return refused;
  const before = run.steps[step.key];
  const stepId = before?.stepId ?? ids.ulid();
  const attempt = nextAttempt(state, stepId, placement.device, before?.attempt ?? 0);
  const intended: LabEvent = {
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
    decision: before === undefined ? "next step of the plan" : whyAgain(before),
  };
  return [intended];
}

function whyAgain({ attempt, outcome, resolution }: CommandRecord): string {
  if (resolution !== null) {
    const { by, reason } = resolution;
    return `attempt ${attempt} was settled as not executed${by === null ? "" : ` by ${by.name}`}: ${reason}`;
  }
  const message = outcome === null || outcome.state === "succeeded" ? "no reason given" : outcome.error.message;
  return `attempt ${attempt} moved nothing: ${message}`;
}

/** Numbers that a device knows from a time which an old backup has forgotten are passed over. */
function nextAttempt(state: EngineState, stepId: string, device: string, before: number): number {
  let attempt = before + 1;
  while (state.orphans.has(orphanKey(device, commandIdOf(stepId, attempt)))) attempt++;
  return attempt;
}
