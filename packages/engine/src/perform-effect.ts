import type { Bus } from "@labloop/bus";
import type { Clock, LabEvent, Log } from "@labloop/contracts";
import type { Journal } from "@labloop/journal";
import type { Proposer } from "@labloop/optimizer/worker";
import { requestOf } from "./decide/ask-next.ts";
import { type Decision, nothing } from "./decide/decision.ts";
import type { Effect } from "./effect.ts";
import type { Recipe } from "./recipe.ts";
import { type EngineState, type Moment, openCommand } from "./state.ts";

interface Means {
  readonly state: EngineState;
  readonly bus: Bus;
  readonly proposer: Proposer;
  readonly linkClock: Clock;
  readonly recipe: Recipe;
  readonly journal: Journal;
  readonly take: (input: (state: EngineState, at: Moment) => Decision) => void;
  readonly log: Log;
}

/** Carries out one effect; what comes of it returns as an input. Nothing is published under a lease that may be lost. */
export function performEffect(effect: Exclude<Effect, { type: "reconcile" }>, means: Means): void {
  if (effect.type === "askOptimizer") return askOptimizer(effect.proposalId, means);
  const { bus, journal, linkClock, log } = means;
  // An engine that was paused for long asks the database whether the cell is still its own; losing it throws (E2).
  if (!journal.lease.isHeld(linkClock.now())) journal.lease.renew();
  // What is not taken now is not lost: a device reconciles when the link is back, and the same ids are sent again.
  const onUnsent = (error: Error) =>
    log.debug({ effect: effect.type, error: error.message }, "not taken by the broker");
  const { epoch, engineId } = means.state;
  const issuedAt = new Date(linkClock.now()).toISOString();
  switch (effect.type) {
    case "acknowledge": {
      const { device, commandId } = effect;
      const ack = { v: 1, kind: "ack", device, issuedAt, epoch, engineId } as const;
      bus.publish("control", device, { ...ack, commandIds: [commandId] }).catch(onUnsent);
      return;
    }
    case "cancelCommand":
    case "publishCommand": {
      const command = openCommand(means.state, effect.commandId);
      if (command === null) return;
      const { device, commandId, dseq } = command;
      const envelope = { v: 1 as const, device, issuedAt, epoch, engineId };
      if (effect.type === "cancelCommand") {
        const { reason } = effect;
        bus.publish("control", device, { ...envelope, kind: "cancel", commandId, dseq, reason }).catch(onUnsent);
        return;
      }
      const { runId, stepId, attempt, op, params, paramsHash, retryClass, ttlMs, maxDurationMs } = command;
      const order = {
        commandId,
        runId,
        stepId,
        attempt,
        dseq,
        op,
        params,
        paramsHash,
        retryClass,
        ttlMs,
        maxDurationMs,
      };
      const campaignId = means.state.campaign?.campaignId ?? "";
      const sent: LabEvent = { type: "step.sent", commandId };
      bus.publish("command", device, { ...envelope, kind: "execute", campaignId, ...order }).then(
        () =>
          means.take((state) => {
            const isNews = openCommand(state, commandId)?.sent === null;
            return isNews ? { events: [sent], effects: [] } : nothing;
          }),
        onUnsent,
      );
    }
  }
}

function askOptimizer(proposalId: string, { state, proposer, recipe, take, log }: Means): void {
  const proposal = state.proposals.get(proposalId);
  if (proposal === undefined) return;
  proposer.propose(requestOf(state, proposal, recipe)).then(
    (answer) => take(() => ({ events: [{ type: "proposal.made", proposalId, answer }], effects: [] })),
    (error: Error) => {
      log.error({ proposalId, error: error.message }, "the optimizer failed");
      take(() => ({ events: [{ type: "proposal.rejected", proposalId, reason: error.message }], effects: [] }));
    },
  );
}
