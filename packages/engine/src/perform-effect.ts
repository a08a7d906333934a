import { type Clock, type LabEvent, type Log, ProposeAnswer } from "@labloop/contracts";
import type { Proposer } from "@labloop/optimizer/worker";
import { limitsOf } from "@labloop/protocol";
import { type Decision, nothing } from "./decide/decision.ts";
import { questionOf } from "./decide/question-of.ts";
import type { Effect } from "./effect.ts";
import type { Outlet } from "./outlet.ts";
import type { Recipe } from "./recipe.ts";
import { type CommandRecord, type EngineState, openCommand } from "./state.ts";

interface Means {
  readonly state: EngineState;
  readonly outlet: Outlet;
  readonly proposer: Proposer;
  readonly linkClock: Clock;
  readonly recipe: Recipe;
  /** Digest of the recipe's safety envelope. */
  readonly envelopeHash: string;
  readonly take: (input: (state: EngineState) => Decision) => void;
  readonly note: (input: (state: EngineState) => Decision) => void;
  readonly log: Log;
}

type Performed = Exclude<Effect, { type: "reconcile" | "stopReconcile" | "callStop" | "raiseEpoch" }>;

/** Carries out one effect; what comes of it returns as an input. */
export function performEffect(effect: Performed, means: Means): void {
  switch (effect.type) {
    case "askOptimizer":
      return askOptimizer(effect.proposalId, means);
    case "publishCommand":
      return publishCommand(effect.commandId, means);
    case "cancelCommand": {
      const command = openCommand(means.state, effect.commandId) ?? means.state.residues.get(effect.commandId);
      if (command === undefined || isTaken(command.device, means)) return;
      const { device, commandId, dseq } = command;
      const cancel = { ...envelope(device, means), kind: "cancel", commandId, dseq, reason: effect.reason } as const;
      means.outlet.publish("control", device, cancel).catch(unsent(effect, means));
      return;
    }
    case "probeDevice": {
      const command = openCommand(means.state, effect.commandId);
      if (command === null || command.probe === null || isTaken(command.device, means)) return;
      const { device, commandId, probe } = command;
      const ask = { ...envelope(device, means), kind: "probe", rid: probe.rid, commandId } as const;
      means.outlet.publish("control", device, ask).catch(unsent(effect, means));
      return;
    }
    case "sendAnswer": {
      const command = openCommand(means.state, effect.commandId);
      if (command === null || command.answer === null || isTaken(command.device, means)) return;
      const { device, commandId, answer } = command;
      const rid = `${commandId}/answer`;
      const hand = {
        ...envelope(device, means),
        kind: "answer",
        rid,
        commandId,
        answer: answer.answer,
        by: answer.by.name,
      } as const;
      means.outlet.publish("control", device, hand).catch(unsent(effect, means));
      return;
    }
    case "acknowledge": {
      const ack = { ...envelope(effect.device, means), kind: "ack" as const, commandIds: [effect.commandId] };
      means.outlet.publish("control", effect.device, ack).catch(unsent(effect, means));
    }
  }
}

function publishCommand(commandId: string, means: Means): void {
  const command = openCommand(means.state, commandId);
  // What was intended in the moment of an E-STOP is cancelled instead, and what an old backup has ordered waits for its new
  // epoch.
  if (command === null || means.state.estop?.isActive === true || means.state.fencesAbove.size > 0) return;
  // What was intended in the moment in which staff took the instrument waits until they give it back (E16).
  if (isTaken(command.device, means) || !isToRun(command, means)) return;
  const { device, runId, stepId, attempt, dseq, op, params, paramsHash, retryClass, ttlMs, maxDurationMs } = command;
  const order = { runId, stepId, attempt, dseq, op, params, paramsHash, retryClass, ttlMs, maxDurationMs };
  const campaignId = means.state.campaign?.campaignId ?? "";
  const guards = guardsOf(command, means);
  const execute = { ...envelope(device, means), kind: "execute", commandId, campaignId, ...order, ...guards } as const;
  const sent: LabEvent = { type: "step.sent", commandId };
  means.outlet.publish("command", device, execute).then(
    // Nothing waits for it: what is not recorded as sent is sent again, under the same id.
    () =>
      means.note((state) => {
        const isNews = openCommand(state, commandId)?.sent === null;
        return isNews ? { events: [sent], effects: [] } : nothing;
      }),
    unsent({ type: "publishCommand", commandId }, means),
  );
}

/** While staff have a device nothing is sent to it but acknowledgements: what is to be said is said when they give it back (E16). */
function isTaken(device: string, { state }: Means): boolean {
  return state.devices.get(device)?.local != null;
}

/** Whether nothing of the same turn stands against it: its device may have been lost or taken out of use since, or it be cancelled (E8). */
function isToRun({ device: name, cancelling, doubt }: CommandRecord, { state }: Means): boolean {
  const device = state.devices.get(name);
  const isReady = device?.chart.value === "idle" || device?.chart.value === "busy";
  return isReady && device.quarantine === null && cancelling === null && doubt === null;
}

/** What the device is to hold against its own limits and against its baseline before anything moves (D3). */
function guardsOf({ device, op, runId, stepKey }: CommandRecord, { state, recipe, envelopeHash }: Means) {
  const specs = state.devices.get(device)?.caps?.operations[op]?.params ?? {};
  const limits = limitsOf(recipe.checked.safety.envelope, { device, op }, specs);
  const precond = state.runs.get(runId)?.plan.steps.find(({ key }) => key === stepKey)?.precond;
  return {
    safety: { envelopeHash, ...(Object.keys(limits).length === 0 ? {} : { limits }) },
    ...(precond === undefined ? {} : { precond }),
  };
}

function envelope(device: string, { state, linkClock }: Means) {
  const { epoch, engineId } = state;
  return { v: 1, device, issuedAt: new Date(linkClock.now()).toISOString(), epoch, engineId } as const;
}

/** What is not taken now is not lost: a device reconciles when the link is back, and the same ids are sent again. */
function unsent(effect: Effect, { log }: Means): (error: Error) => void {
  return (error) => log.debug({ ...effect, error: error.message }, "not taken by the broker");
}

function askOptimizer(proposalId: string, { state, proposer, recipe, take, log }: Means): void {
  const proposal = state.proposals.get(proposalId);
  if (proposal === undefined) return;
  const answered = (event: LabEvent) =>
    take((current) => {
      const phase = current.campaign?.chart.value;
      const isAwaited = current.proposals.get(proposalId)?.chart.value === "asked";
      // An answer that nobody waits for any more is no fact of the campaign.
      return isAwaited && phase !== "finished" && phase !== "aborted" ? { events: [event], effects: [] } : nothing;
    });
  proposer.propose(questionOf(state, proposal, recipe)).then(
    (answer) => {
      // Whoever proposes is not trusted with the journal: what is no proposal is none (I8).
      const checked = ProposeAnswer.safeParse(answer);
      if (checked.success) return answered({ type: "proposal.made", proposalId, answer: asRecorded(checked.data) });
      const [issue] = checked.error.issues;
      const reason = `its answer is no proposal: ${issue?.path.join(".")}: ${issue?.message}`.slice(0, 500);
      return answered({ type: "proposal.rejected", proposalId, reason });
    },
    (error: Error) => {
      log.error({ proposalId, error: error.message }, "the optimizer failed");
      answered({ type: "proposal.rejected", proposalId, reason: error.message });
    },
  );
}

/** As it will be read back from the journal: JSON has no negative zero, and a state that was folded anew must be the same. */
function asRecorded(answer: ProposeAnswer): ProposeAnswer {
  return ProposeAnswer.parse(JSON.parse(JSON.stringify(answer)));
}
