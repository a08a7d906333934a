import { campaignMachine, deviceMachine, proposalMachine, runMachine, stepMachine } from "@labloop/machines";
import type { AnyStateMachine, EventFromLogic, InputFrom } from "xstate";

/** A machine with an input and every event it knows, with each parameter that matters to it. */
export interface Chart<M extends AnyStateMachine = AnyStateMachine> {
  readonly machine: M;
  readonly input: InputFrom<M>;
  readonly events: readonly EventFromLogic<M>[];
  /** The states that are never left. */
  readonly ends: readonly string[];
}

export const stepChart: Chart<typeof stepMachine> = {
  machine: stepMachine,
  input: {
    commandId: "01J00000000000000000000000.1",
    retryClass: "non-repeatable",
    startDeadlineAt: 10_000,
    maxDurationMs: 5_000,
    marginMs: 60_000,
  },
  events: [
    { type: "sent" },
    { type: "accepted" },
    { type: "started", at: 4_000 },
    { type: "overdue" },
    { type: "succeeded" },
    { type: "failed" },
    { type: "notExecuted" },
    { type: "doubted", reason: "nothing heard" },
    { type: "closing" },
    { type: "contradicted" },
    { type: "resolved" },
  ],
  ends: ["succeeded", "failed", "notExecuted", "resolved"],
};

const runChart: Chart<typeof runMachine> = {
  machine: runMachine,
  input: { runId: "01J00000000000000000000001" },
  events: [
    { type: "placed" },
    { type: "started" },
    { type: "held", reason: "crush is in doubt" },
    { type: "released" },
    { type: "finished", outcome: "done" },
    { type: "finished", outcome: "failed" },
    { type: "finished", outcome: "aborted" },
    { type: "finished", outcome: "suspect" },
  ],
  ends: ["done", "failed", "aborted", "suspect"],
};

const proposalChart: Chart<typeof proposalMachine> = {
  machine: proposalMachine,
  input: { proposalId: "01J00000000000000000000002", seed: 7 },
  events: [{ type: "made" }, { type: "taken" }, { type: "rejected" }],
  ends: ["taken", "rejected"],
};

const campaignChart: Chart<typeof campaignMachine> = {
  machine: campaignMachine,
  input: { campaignId: "01J00000000000000000000003" },
  events: [
    { type: "checked" },
    { type: "started" },
    { type: "paused", reason: "the arm is blocked" },
    { type: "resumed" },
    { type: "stopping", reason: "enough for today" },
    { type: "finished" },
    { type: "aborted", reason: "wrong filament" },
  ],
  ends: ["finished", "aborted"],
};

export const deviceChart: Chart<typeof deviceMachine> = {
  machine: deviceMachine,
  input: { device: "printer-1" },
  events: [
    { type: "born", bootId: "a", bdSeq: 0 },
    { type: "born", bootId: "b", bdSeq: 0 },
    { type: "reconciled", hasOpenCommand: false },
    { type: "reconciled", hasOpenCommand: true },
    { type: "intended" },
    { type: "closed" },
    { type: "suspected" },
    { type: "heard" },
    { type: "lost" },
    { type: "taken" },
    { type: "returned" },
    { type: "quarantined", reason: "an unknown command" },
    { type: "released" },
  ],
  ends: [],
};

/** Every machine of the package. */
export const charts: readonly Chart[] = [campaignChart, proposalChart, runChart, stepChart, deviceChart];
