import { LabError, type LabEvent } from "@labloop/contracts";
import { advance, proposalMachine } from "@labloop/machines";
import type { EngineState, RunRecord } from "../state.ts";
import { withoutRenewal } from "./fold-upkeep.ts";
import type { Folded } from "./folded.ts";
import { withEntry } from "./grow.ts";
import { newRun } from "./new-run.ts";

const isOnDevice = ({ purpose }: RunRecord) => purpose === "calibration" || purpose === "maintenance";

/** Folds the beginning and the end of a run; a finished run leaves the working state, its observation stays. */
export function foldRun(state: EngineState, event: Extract<LabEvent, { type: `run.${string}` }>): Folded {
  const runs = new Map(state.runs);
  if (event.type === "run.finished") {
    const run = runs.get(event.runId);
    runs.delete(event.runId);
    const left = { ...state, runs };
    return { state: run !== undefined && isOnDevice(run) ? withoutRenewal(left, run) : left, effects: [] };
  }
  if (event.type === "run.failing") {
    const run = runs.get(event.runId);
    if (run === undefined) throw new LabError("journal.impossible", `run ${event.runId} fails and is not known`);
    const { stepKey, code, message } = event;
    runs.set(run.runId, { ...run, failing: run.failing ?? { stepKey, code, message } });
    return { state: { ...state, runs }, effects: [] };
  }
  const proposal = state.proposals.get(event.proposalId);
  if (proposal === undefined) {
    throw new LabError(
      "journal.impossible",
      `run ${event.runId} takes a proposal ${event.proposalId} that nobody asked for`,
    );
  }
  const { state: taken } = advance(proposalMachine, proposal.chart, { type: "taken" });
  const proposals = withEntry(state.proposals, event.proposalId, { ...proposal, chart: taken });
  runs.set(event.runId, { ...newRun(event, state.runsQueued), purpose: "experiment", proposalId: event.proposalId });
  const controls = { ...state.controls, experimentsSince: state.controls.experimentsSince + 1 };
  return { state: { ...state, proposals, runs, runsQueued: state.runsQueued + 1, controls }, effects: [] };
}
