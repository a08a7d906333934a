import { LabError, type LabEvent } from "@labloop/contracts";
import { advance, begin, proposalMachine, runMachine } from "@labloop/machines";
import type { EngineState } from "../state.ts";
import type { Folded } from "./folded.ts";
import { withEntry } from "./grow.ts";

/** Folds the beginning and the end of a run; a finished run leaves the working state, its observation stays. */
export function foldRun(state: EngineState, event: Extract<LabEvent, { type: `run.${string}` }>): Folded {
  const runs = new Map(state.runs);
  if (event.type === "run.finished") {
    runs.delete(event.runId);
    return { state: { ...state, runs }, effects: [] };
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
  runs.set(event.runId, {
    runId: event.runId,
    proposalId: event.proposalId,
    sampleId: event.sampleId,
    order: state.runsQueued,
    parameters: event.parameters,
    plan: event.plan,
    planDigest: event.planDigest,
    chart: begin(runMachine, { runId: event.runId }).state,
    bindings: {},
    partRole: null,
    steps: {},
    failing: null,
    suspect: null,
    isObserved: false,
    refused: null,
  });
  return { state: { ...state, proposals, runs, runsQueued: state.runsQueued + 1 }, effects: [] };
}
