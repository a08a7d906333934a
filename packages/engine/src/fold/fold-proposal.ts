import { LabError, type LabEvent } from "@labloop/contracts";
import { advance, begin, proposalMachine } from "@labloop/machines";
import type { EngineState } from "../state.ts";
import type { Folded } from "./folded.ts";
import { withEntry } from "./grow.ts";

/** Folds the life of a proposal up to its being taken, which queueing its run does. */
export function foldProposal(state: EngineState, event: Extract<LabEvent, { type: `proposal.${string}` }>): Folded {
  if (event.type === "proposal.asked") {
    const { state: chart } = begin(proposalMachine, { proposalId: event.proposalId, seed: event.seed });
    const { proposalId, seed, measurements, observations, pending, remaining } = event;
    const question = { proposalId, seed, measurements, observations, pending, remaining };
    const asked = { ...question, chart, answer: null, rejection: null };
    const proposals = withEntry(state.proposals, proposalId, asked);
    return { state: { ...state, proposals }, effects: [{ type: "askOptimizer", proposalId }] };
  }
  const proposal = state.proposals.get(event.proposalId);
  if (proposal === undefined) {
    throw new LabError(
      "journal.impossible",
      `${event.type} speaks of a proposal ${event.proposalId} that nobody asked for`,
    );
  }
  if (event.type === "proposal.made") {
    const { state: chart } = advance(proposalMachine, proposal.chart, { type: "made" });
    const made = { ...proposal, chart, answer: event.answer };
    return { state: { ...state, proposals: withEntry(state.proposals, proposal.proposalId, made) }, effects: [] };
  }
  const { state: chart } = advance(proposalMachine, proposal.chart, { type: "rejected" });
  const rejected = { ...proposal, chart, rejection: event.reason };
  return { state: { ...state, proposals: withEntry(state.proposals, proposal.proposalId, rejected) }, effects: [] };
}
