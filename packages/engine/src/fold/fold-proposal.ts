import { LabError, type LabEvent } from "@labloop/contracts";
import { advance, begin, proposalMachine } from "@labloop/machines";
import type { EngineState } from "../state.ts";
import type { Folded } from "./folded.ts";

/** Folds the life of a proposal up to its being taken, which queueing its run does. */
export function foldProposal(state: EngineState, event: Extract<LabEvent, { type: `proposal.${string}` }>): Folded {
  const proposals = new Map(state.proposals);
  if (event.type === "proposal.asked") {
    const { state: chart } = begin(proposalMachine, { proposalId: event.proposalId, seed: event.seed });
    const { proposalId, seed, measurements, pending, remaining } = event;
    proposals.set(proposalId, {
      proposalId,
      chart,
      seed,
      measurements,
      pending,
      remaining,
      answer: null,
      rejection: null,
    });
    return { state: { ...state, proposals }, effects: [{ type: "askOptimizer", proposalId }] };
  }
  const proposal = proposals.get(event.proposalId);
  if (proposal === undefined) {
    throw new LabError(
      "journal.impossible",
      `${event.type} speaks of a proposal ${event.proposalId} that nobody asked for`,
    );
  }
  if (event.type === "proposal.made") {
    const { state: chart } = advance(proposalMachine, proposal.chart, { type: "made" });
    proposals.set(event.proposalId, { ...proposal, chart, answer: event.answer });
  } else {
    const { state: chart } = advance(proposalMachine, proposal.chart, { type: "rejected" });
    proposals.set(event.proposalId, { ...proposal, chart, rejection: event.reason });
  }
  return { state: { ...state, proposals }, effects: [] };
}
