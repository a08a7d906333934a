import type { Bus } from "@labloop/bus";
import {
  type Cancel,
  type Clock,
  type ClockAnchor,
  type DeviceMessage,
  type Ids,
  LabError,
  type LabEvent,
  type Log,
  type OperatorDesk,
  type RecordedEvent,
} from "@labloop/contracts";
import type { Journal } from "@labloop/journal";
import type { Proposer } from "@labloop/optimizer/worker";
import { createDeadlines, type Ring } from "./deadlines.ts";
import { createCampaign } from "./decide/create-campaign.ts";
import { type Decision, nothing } from "./decide/decision.ts";
import { explainWaiting } from "./decide/explain-waiting.ts";
import { onDeadline } from "./decide/on-deadline.ts";
import { onStopped, onStopSilence } from "./decide/on-estop.ts";
import { onOperator } from "./decide/on-operator.ts";
import { onUnlinked } from "./decide/on-presence.ts";
import { onRefusal } from "./decide/on-refusal.ts";
import { onReport } from "./decide/on-report.ts";
import { onSnapshot } from "./decide/on-snapshot.ts";
import { planNext } from "./decide/plan-next.ts";
import type { Effect } from "./effect.ts";
import { fold } from "./fold/fold.ts";
import { listen } from "./listen.ts";
import { createOutlet } from "./outlet.ts";
import { performEffect } from "./perform-effect.ts";
import { createPresence } from "./presence.ts";
import type { Recipe } from "./recipe.ts";
import { createReconciler } from "./reconciler.ts";
import { createRest, type EngineRest } from "./rest.ts";
import { type EngineState, emptyState, type Moment } from "./state.ts";
import { createStopDesk } from "./stop-desk.ts";

export interface EngineOptions {
  readonly journal: Journal;
  readonly bus: Bus;
  readonly proposer: Proposer;
  readonly labClock: Clock;
  readonly linkClock: Clock;
  readonly ids: Ids;
  readonly recipe: Recipe;
  readonly engineId: string;
  readonly clock: ClockAnchor;
  readonly cell: string;
  readonly log: Log;
}

/** How an engine ended. */
export type EngineEnd =
  | EngineRest
  /** It may not go on: its lease, its journal or its own reasoning failed. */
  | { readonly kind: "broken"; readonly error: Error };

export interface Engine extends OperatorDesk {
  state(): EngineState;
  readonly end: Promise<EngineEnd>;
  close(): Promise<void>;
}

type Input = (state: EngineState, at: Moment) => Decision;

/**
 * Opens the engine of one campaign: folds what the journal holds, takes up whatever was unfinished, and goes on.
 *
 * Everything that happens is an input; a turn decides on all that came, appends the facts in one transaction, and only
 * then lets effects leave the process. One thing is stateful, the folded state, and one function writes it.
 */
export function openEngine(options: EngineOptions): Engine {
  const { journal, bus, proposer, labClock, linkClock, ids, recipe, engineId, log, cell } = options;
  let state = emptyState;
  let isOpen = true;
  let isTurnDue = false;
  let isCommitting = false;
  const inbox: Input[] = [];
  const cancels: Cancel[] = [];
  const { promise: end, resolve: settle } = Promise.withResolvers<EngineEnd>();

  const now = (): Moment => ({ labAt: labClock.now(), wallAt: linkClock.now() });
  const outlet = createOutlet({ bus, lease: journal.lease, linkClock, onLost: stop });
  const stops = createStopDesk({
    bus,
    linkClock,
    state: () => state,
    readiness: () => (isCommitting ? "committing" : isOpen ? "ready" : "stopped"),
    take,
    commit: (input) => commit([input])[0]?.seq ?? journal.head().seq,
    head: () => journal.head().seq,
    onUnrecorded: stop,
    log,
  });
  const deadlines = createDeadlines(labClock, linkClock, (ring) => take((current) => onRing(current, ring)));
  const presence = createPresence({ linkClock, state: () => state, take });
  const reconciler = createReconciler({
    outlet,
    linkClock,
    ids,
    state: () => state,
    onAnswer(device, snapshot, asked) {
      stops.note(snapshot.stopId ?? 0);
      take((current, at) => onSnapshot(current, device, snapshot, asked, at));
    },
    onUnsent: (error) => log.debug({ error: error.message }, "a reconcile request was not taken; it will be repeated"),
  });
  const rest = createRest({ recipe, linkClock, state: () => state, isAsking: reconciler.isAsking, settle });
  const surroundings = () => ({ ...now(), isLinkUp: bus.isUp, degraded: presence.degraded });

  function take(input: Input): void {
    if (!isOpen) return;
    inbox.push(input);
    if (isTurnDue) return;
    isTurnDue = true;
    // Everything that arrives before the turn shares its transaction: group commit without waiting.
    queueMicrotask(turn);
  }

  function turn(): void {
    isTurnDue = false;
    if (!isOpen) return;
    try {
      commit(inbox.splice(0));
    } catch (error) {
      stop(asError(error));
    }
  }

  /** Decides on inputs, then plans until nothing is left to add; all of it becomes durable at once, or none. */
  function commit(inputs: readonly Input[]): RecordedEvent[] {
    const around = surroundings();
    const at: Moment = { labAt: around.labAt, wallAt: around.wallAt };
    let next = state;
    const events: LabEvent[] = [];
    const effects: Effect[] = [];
    const add = (event: LabEvent) => {
      const folded = fold(next, event, at);
      next = folded.state;
      events.push(event);
      effects.push(...folded.effects);
    };
    for (const input of inputs) {
      const decision = input(next, at);
      for (const event of decision.events) add(event);
      effects.push(...decision.effects);
    }
    for (let planned = planNext(next, recipe, around, ids); planned.length > 0; ) {
      for (const event of planned) add(event);
      planned = planNext(next, recipe, around, ids);
    }
    const records = append(events, at);
    state = next;
    deadlines.follow(state);
    for (const effect of effects) perform(effect);
    rest.look(state);
    return records;
  }

  function append(events: readonly LabEvent[], at: Moment): RecordedEvent[] {
    if (events.length === 0) return [];
    isCommitting = true;
    try {
      return journal.append(events, at);
    } finally {
      isCommitting = false;
    }
  }

  function perform(effect: Effect): void {
    // An effect before this one may have found the lease lost.
    if (!isOpen) return;
    if (effect.type === "callStop") stops.call();
    else if (effect.type === "raiseEpoch") raiseEpoch();
    else if (effect.type === "reconcile") reconciler.ask(effect.device);
    else if (effect.type === "stopReconcile") reconciler.stop(effect.device);
    else performEffect(effect, { state, outlet, proposer, linkClock, recipe, take, log });
  }

  /** S4: from here on every device refuses what it was sent before. */
  function raiseEpoch(): void {
    const epoch = journal.lease.newEpoch();
    take(() => ({ events: [{ type: "engine.epochRaised", epoch }], effects: [] }));
    announce(true).catch(unannounced);
  }

  function stop(error: Error): void {
    if (!isOpen) return;
    silence();
    log.error({ error: error.message, stack: error.stack }, "the engine stopped");
    settle({ kind: "broken", error });
  }

  /** Hears nothing, does nothing and says nothing from now on. */
  function silence(): void {
    isOpen = false;
    for (const cancel of cancels) cancel();
    rest.stop();
    presence.stop();
    deadlines.stop();
    reconciler.stopAll();
    outlet.shut();
  }

  function hear(message: DeviceMessage): void {
    switch (message.kind) {
      case "report":
        if (message.error?.code === "estop-latched") stops.adopt(message.device);
        return take((current) => onReport(current, message.device, message));
      case "stopped":
        return take((current) => onStopped(current, message));
      case "snapshot":
        return reconciler.hear(message);
      case "refusal":
        if (message.code === "stale-epoch") {
          const hint = "a newer engine has had this device, or this journal is an old backup";
          return stop(new LabError("engine.staleEpoch", `${message.device} refuses epoch ${state.epoch}`, { hint }));
        }
        log.warn({ device: message.device, code: message.code, commandId: message.commandId }, message.message);
        return take((current) => onRefusal(current, message));
      case "probe-result":
      case "progress":
        return;
    }
  }

  function announce(online: boolean): Promise<void> {
    const at = timestamp(linkClock.now());
    return outlet.publish("engine", cell, { v: 1, kind: "engine", engineId, epoch: journal.lease.epoch, online, at });
  }

  function onUp(): void {
    announce(true).catch(unannounced);
    take(() => nothing);
  }

  function unannounced(error: Error): void {
    log.debug({ error: error.message }, "could not announce the engine");
  }

  for (const { event, labAt, wallAt } of journal.read()) state = fold(state, event, { labAt, wallAt }).state;
  // The answer to a question that was open when the last engine died is the same, so asking again is safe.
  const unanswered = [...state.proposals.values()].filter(({ chart }) => chart.value === "asked");
  const first = state.campaign === null ? [createCampaign(options)] : [];
  const started: LabEvent = { type: "engine.started", engineId, epoch: journal.lease.epoch };
  commit([() => ({ events: [...first, started], effects: [] })]);
  for (const { proposalId } of unanswered) perform({ type: "askOptimizer", proposalId });
  stops.call();

  const { devices } = recipe.checked.lab;
  cancels.push(
    listen({ bus, isOurs: (device) => Object.hasOwn(devices, device), presence, take, onMessage: hear, log }),
    bus.onUp(onUp),
    bus.onDown(() => {
      reconciler.stopAll();
      take(onUnlinked);
    }),
  );
  if (bus.isUp) onUp();

  return {
    state: () => state,
    end,
    explain: () => explainWaiting(state, surroundings()),
    submit(command) {
      if (command.type === "estop.raise") return stops.raise(command);
      if (!isOpen) return { ok: false, reason: "the engine has stopped" };
      // The facts of the turn that is being recorded are not in the state yet: nobody can decide on it.
      if (isCommitting) return { ok: false, reason: "the engine is in the middle of a turn; ask again" };
      const answer = command.type === "estop.clear" ? stops.clear(command) : onOperator(state, command);
      if ("refused" in answer) return { ok: false, reason: answer.refused };
      try {
        const [record] = commit([() => ({ events: answer.events, effects: [] })]);
        return { ok: true, seq: record?.seq ?? journal.head().seq };
      } catch (error) {
        stop(asError(error));
        return { ok: false, reason: `the engine has stopped: ${asError(error).message}` };
      }
    },
    async close() {
      // Only who still is the engine of this cell says that it has gone.
      if (isOpen && bus.isUp) await announce(false);
      silence();
      stops.close();
    },
  };
}

function onRing(state: EngineState, ring: Ring): Decision {
  switch (ring.kind) {
    case "retry":
      return nothing;
    case "stopAnswer":
      return onStopSilence(state, ring.stopId);
    case "start":
    case "hard":
      return onDeadline(state, ring.commandId, ring.kind);
  }
}

function timestamp(at: number): string {
  return new Date(at).toISOString();
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
