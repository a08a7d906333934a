import {
  advance,
  begin,
  type CampaignEvent,
  campaignMachine,
  proposalMachine,
  type RunEvent,
  runMachine,
} from "@labloop/machines";
import { describe, expect, it } from "vitest";

function runAfter(...events: RunEvent[]) {
  let state = begin(runMachine, { runId: "r" }).state;
  for (const event of events) state = advance(runMachine, state, event).state;
  return state;
}

function campaignAfter(...events: CampaignEvent[]) {
  let state = begin(campaignMachine, { campaignId: "c" }).state;
  for (const event of events) state = advance(campaignMachine, state, event).state;
  return state;
}

describe("a run", () => {
  const held: RunEvent = { type: "held", reason: "crush is in doubt" };

  it("says why it is held, for as long as it is", () => {
    const running = runAfter({ type: "placed" }, { type: "started" });
    const waiting = advance(runMachine, running, held).state;
    expect(waiting).toEqual({ value: "held", context: { runId: "r", heldBecause: "crush is in doubt" } });
    expect(advance(runMachine, waiting, { type: "released" }).state).toEqual(running);
  });

  it("ends as its outcome says, from wherever it was", () => {
    const before: RunEvent[][] = [[], [{ type: "placed" }], [{ type: "started" }], [{ type: "placed" }, held]];
    for (const events of before)
      for (const outcome of ["done", "failed", "aborted", "suspect"] as const)
        expect(runAfter(...events, { type: "finished", outcome })).toEqual({
          value: outcome,
          context: { runId: "r", heldBecause: null },
        });
  });
});

describe("a proposal", () => {
  it("asks the optimizer once, with its seed", () => {
    const asked = begin(proposalMachine, { proposalId: "p", seed: 7 });
    expect(asked).toEqual({
      state: { value: "asked", context: { proposalId: "p", seed: 7 } },
      effects: [{ type: "askOptimizer", params: { proposalId: "p", seed: 7 } }],
    });
    const made = advance(proposalMachine, asked.state, { type: "made" });
    expect(made).toMatchObject({ state: { value: "made" }, effects: [] });
    expect(advance(proposalMachine, made.state, { type: "taken" }).state.value).toBe("taken");
    expect(advance(proposalMachine, made.state, { type: "rejected" }).state.value).toBe("rejected");
  });

  it("can not be taken before it is made", () => {
    const { state } = begin(proposalMachine, { proposalId: "p", seed: 7 });
    expect(advance(proposalMachine, state, { type: "taken" })).toEqual({ state, effects: [], hasMoved: false });
  });
});

describe("a campaign", () => {
  const running: CampaignEvent[] = [{ type: "checked" }, { type: "started" }];

  it("does not start before its documents are checked", () => {
    expect(campaignAfter({ type: "started" }).value).toBe("draft");
    expect(campaignAfter(...running).value).toBe("running");
  });

  it("says why it is paused, for as long as it is", () => {
    const paused = campaignAfter(...running, { type: "paused", reason: "the arm is blocked" });
    expect(paused).toEqual({ value: "paused", context: { campaignId: "c", reason: "the arm is blocked" } });
    expect(advance(campaignMachine, paused, { type: "resumed" }).state).toEqual(campaignAfter(...running));
  });

  it("is paused by an E-STOP from wherever it was, with that reason, and resumes only when told to", () => {
    const estop: CampaignEvent = { type: "paused", reason: "E-STOP: smoke" };
    const befores: CampaignEvent[][] = [[], [{ type: "paused", reason: "lunch" }], [{ type: "stopping", reason: "x" }]];
    for (const before of befores) {
      const paused = campaignAfter(...running, ...before, estop);
      expect(paused).toEqual({ value: "paused", context: { campaignId: "c", reason: "E-STOP: smoke" } });
      expect(advance(campaignMachine, paused, { type: "started" }).state).toEqual(paused);
      expect(advance(campaignMachine, paused, { type: "resumed" }).state.value).toBe("running");
    }
  });

  it("once stopping goes on to its end and is not resumed", () => {
    const stopping = campaignAfter(...running, { type: "stopping", reason: "enough" });
    for (const event of [{ type: "resumed" }, { type: "started" }] as const)
      expect(advance(campaignMachine, stopping, event).state).toEqual(stopping);
    expect(advance(campaignMachine, stopping, { type: "finished" }).state.value).toBe("finished");
  });

  it("can be aborted until it has ended, with the reason kept", () => {
    const abort: CampaignEvent = { type: "aborted", reason: "wrong filament" };
    for (const events of [[], running, [...running, { type: "paused", reason: "x" } as const]])
      expect(campaignAfter(...events, abort)).toMatchObject({
        value: "aborted",
        context: { reason: "wrong filament" },
      });
    expect(campaignAfter(...running, { type: "finished" }, abort).value).toBe("finished");
  });
});
