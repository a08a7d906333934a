import type { LabEvent } from "@labloop/contracts";
import type { EngineState, Moment } from "../state.ts";
import { foldCampaign } from "./fold-campaign.ts";
import { foldDevice } from "./fold-device.ts";
import { foldEstop } from "./fold-estop.ts";
import { foldProposal } from "./fold-proposal.ts";
import { foldRun } from "./fold-run.ts";
import { foldDoubt } from "./fold-doubt.ts";
import { foldResult } from "./fold-result.ts";
import { foldRestore } from "./fold-restore.ts";
import { foldSafety } from "./fold-safety.ts";
import { foldStep } from "./fold-step.ts";
import { foldUpkeep } from "./fold-upkeep.ts";
import type { Folded } from "./folded.ts";

/**
 * Returns the state after an event, and the effects it calls for. The engine is this fold over its journal: no clock, no
 * randomness, no I/O, so replaying the journal gives the same state on any machine.
 *
 * Effects may leave the process only after the event is durable. Throws when an event speaks of something that the
 * history never made: such a journal was not written by this engine.
 */
export function fold(state: EngineState, event: LabEvent, at: Moment): Folded {
  switch (event.type) {
    case "campaign.created":
    case "engine.started":
    case "campaign.started":
    case "campaign.paused":
    case "campaign.resumed":
    case "campaign.stopping":
    case "campaign.finished":
    case "campaign.aborted":
      return foldCampaign(state, event, at);
    case "proposal.asked":
    case "proposal.made":
    case "proposal.rejected":
      return foldProposal(state, event);
    case "run.queued":
    case "run.failing":
    case "run.finished":
      return foldRun(state, event);
    case "step.intended":
    case "step.sent":
    case "step.accepted":
    case "step.started":
    case "step.overdue":
    case "step.succeeded":
    case "step.failed":
    case "step.notExecuted":
    case "step.cancelling":
    case "step.doubted":
      return foldStep(state, event, at);
    case "observation.made":
      return foldObservation(state, event);
    case "device.announced":
    case "device.born":
    case "device.suspected":
    case "device.heard":
    case "device.lost":
    case "device.reconciled":
    case "device.quarantined":
      return foldDevice(state, event, at);
    case "driver.reloaded":
      return { state, effects: [] };
    case "estop.raised":
    case "estop.acknowledged":
    case "estop.unanswered":
    case "estop.cleared":
    case "engine.epochRaised":
      return foldEstop(state, event, at);
    case "step.probing":
    case "step.probed":
    case "step.resolved":
    case "step.contradicted":
    case "sample.suspected":
      return foldDoubt(state, event, at);
    case "device.orphanFound":
    case "device.released":
    case "device.fenceAbove":
    case "engine.restoreConfirmed":
      return foldRestore(state, event, at);
    case "step.resultFetched":
      return foldResult(state, event);
    case "step.hanging":
    case "step.provisional":
    case "interlock.tripped":
    case "interlock.satisfied":
    case "envelope.violated":
    case "device.taken":
    case "device.returned":
    case "device.unreadable":
      return foldSafety(state, event, at);
    case "step.answered":
    case "calibration.due":
    case "calibration.expired":
    case "device.calibrated":
    case "maintenance.carried":
    case "maintenance.near":
    case "maintenance.due":
    case "device.maintained":
    case "upkeep.queued":
    case "control.judged":
      return foldUpkeep(state, event, at);
  }
}

function foldObservation(state: EngineState, event: Extract<LabEvent, { type: "observation.made" }>): Folded {
  const runs = new Map(state.runs);
  const run = runs.get(event.observation.runId);
  if (run !== undefined) runs.set(run.runId, { ...run, isObserved: true });
  return { state: { ...state, runs, observations: [...state.observations, event.observation] }, effects: [] };
}
