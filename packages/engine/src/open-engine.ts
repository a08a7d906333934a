import { type Bus, createLiveness, type Liveness } from "@labloop/bus";
import {
  type Cancel,
  type Clock,
  type ClockAnchor,
  type DeviceMessage,
  type Ids,
  type LabEvent,
  type Log,
  LabError,
  type OperatorDesk,
  type RecordedEvent,
} from "@labloop/contracts";
import { digestOf } from "@labloop/contracts/digest";
import type { Journal } from "@labloop/journal";
import type { Proposer } from "@labloop/optimizer/worker";
import { createDeadlines, type Ring } from "./deadlines.ts";
import { createCampaign } from "./decide/create-campaign.ts";
import { type Decision, nothing } from "./decide/decision.ts";
import { onDeadline } from "./decide/on-deadline.ts";
import { onOperator } from "./decide/on-operator.ts";
import { onCaps, onDeviceState, onPulse, onUnlinked } from "./decide/on-presence.ts";
import { onReport } from "./decide/on-report.ts";
import { onSnapshot } from "./decide/on-snapshot.ts";
import { explainWaiting } from "./decide/explain-waiting.ts";
import { planNext } from "./decide/plan-next.ts";
import type { Effect } from "./effect.ts";
import { fold } from "./fold/fold.ts";
import { performEffect } from "./perform-effect.ts";
import type { Recipe } from "./recipe.ts";
import { createReconciler } from "./reconciler.ts";
import { type EngineState, emptyState, type Moment } from "./state.ts";

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

/** How an engine came to rest. */
export type EngineEnd =
  | { readonly kind: "ended"; readonly state: EngineState }
  /** Nothing more can be done until a person has settled what is in doubt or taken out of use. */
  | { readonly kind: "stuck"; readonly state: EngineState; readonly reasons: readonly string[] }
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
  const inbox: Input[] = [];
  const pulses = new Map<string, Liveness>();
  const degraded = new Set<string>();
  const cancels: Cancel[] = [];
  let settle: (end: EngineEnd) => void = () => undefined;
  const end = new Promise<EngineEnd>((resolve) => {
    settle = resolve;
  });

  const now = (): Moment => ({ labAt: labClock.now(), wallAt: linkClock.now() });
  const deadlines = createDeadlines(labClock, linkClock, (ring: Ring) =>
    take((current) => (ring.kind === "retry" ? nothing : onDeadline(current, ring.commandId, ring.kind))),
  );
  const reconciler = createReconciler({
    bus,
    linkClock,
    ids,
    state: () => state,
    onAnswer: (device, snapshot) => take((current, at) => onSnapshot(current, device, snapshot, at)),
    onUnsent: (error) => log.debug({ error: error.message }, "a reconcile request was not taken; it will be repeated"),
  });

  function take(input: Input): void {
    inbox.push(input);
    if (isTurnDue || !isOpen) return;
    isTurnDue = true;
    // Everything that arrives before the turn shares its transaction: group commit without waiting.
    queueMicrotask(turn);
  }

  function turn(): void {
    isTurnDue = false;
    if (!isOpen) return;
    try {
      commit(inbox.splice(0), now());
    } catch (error) {
      stop(error instanceof Error ? error : new Error(String(error)));
    }
  }

  /** Decides on inputs, then plans until nothing is left to add; all of it becomes durable at once, or none. */
  function commit(inputs: readonly Input[], at: Moment): RecordedEvent[] {
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
    const around = { ...at, isLinkUp: bus.isUp, degraded };
    for (let planned = planNext(next, recipe, around, ids); planned.length > 0; ) {
      for (const event of planned) add(event);
      planned = planNext(next, recipe, around, ids);
    }
    const records = events.length === 0 ? [] : journal.append(events, at);
    state = next;
    deadlines.follow(state);
    for (const effect of effects) perform(effect);
    rest();
    return records;
  }

  function perform(effect: Effect): void {
    if (effect.type === "reconcile") reconciler.ask(effect.device);
    else performEffect(effect, { state, bus, proposer, linkClock, recipe, journal, take, log });
  }

  /** Notices that nothing more will happen by itself. */
  function rest(): void {
    const phase = state.campaign?.chart.value;
    if (phase === "finished" || phase === "aborted") settle({ kind: "ended", state });
    const reasons = whyStuck(state);
    if (reasons.length > 0) settle({ kind: "stuck", state, reasons });
  }

  function stop(error: Error): void {
    isOpen = false;
    log.error({ error: error.message, stack: error.stack }, "the engine stopped");
    settle({ kind: "broken", error });
  }

  function hear(message: DeviceMessage): void {
    switch (message.kind) {
      case "report":
        return take((current) => onReport(current, message.device, message));
      case "snapshot":
        return reconciler.hear(message);
      case "refusal":
        if (message.code === "stale-epoch") {
          const hint = "a newer engine has had this device, or this journal is an old backup";
          return stop(new LabError("engine.staleEpoch", `${message.device} refuses epoch ${state.epoch}`, { hint }));
        }
        // A refusal proves nothing about other copies, so it changes no outcome (E7).
        return log.warn({ device: message.device, code: message.code, commandId: message.commandId }, message.message);
      case "probe-result":
      case "progress":
        return;
    }
  }

  function beat(device: string, bootId: string, why: string | undefined): void {
    const known = state.devices.get(device);
    if (known === undefined || known.bootId !== bootId) return;
    const wasDegraded = degraded.has(device);
    if (why === undefined) degraded.delete(device);
    else degraded.add(device);
    const pulse = pulses.get(device);
    if (pulse === undefined) {
      const changed = (as: "suspect" | "lost") => () => take((current) => onPulse(current, device, as));
      const heartbeatMs = known.caps?.heartbeatMs ?? 1_000;
      const options = { linkClock, heartbeatMs, onSuspect: changed("suspect"), onLost: changed("lost") };
      pulses.set(device, createLiveness(options));
    } else pulse.beat();
    const isSilent = known.chart.value === "suspect" || known.chart.value === "offline";
    if (isSilent || wasDegraded !== degraded.has(device)) take((current) => onPulse(current, device, "alive"));
  }

  function announce(online: boolean): Promise<void> {
    const at = new Date(linkClock.now()).toISOString();
    return bus.publish("engine", cell, { v: 1, kind: "engine", engineId, epoch: journal.lease.epoch, online, at });
  }

  for (const { event, labAt, wallAt } of journal.read()) state = fold(state, event, { labAt, wallAt }).state;
  const first = state.campaign === null ? [createCampaign(options)] : [];
  const started: LabEvent = { type: "engine.started", engineId, epoch: journal.lease.epoch };
  commit([() => ({ events: [...first, started], effects: [] })], now());
  // The answer to a question that was open when the last engine died is the same, so asking again is safe.
  for (const { proposalId, chart } of state.proposals.values()) {
    if (chart.value === "asked") perform({ type: "askOptimizer", proposalId });
  }

  cancels.push(
    bus.subscribe({
      key: "report",
      name: "+",
      onDelivery: ({ payload }) => hear(payload),
      // A report that cannot be read is set aside (E14); the device repeats what matters.
      onMalformed: (bad) => log.warn({ device: bad.name, code: bad.code }, `unreadable report: ${bad.message}`),
    }),
    bus.subscribe({
      key: "caps",
      name: "+",
      onDelivery: ({ name, payload }) => take((current) => onCaps(current, name, payload.caps, digestOf(payload.caps))),
    }),
    bus.subscribe({
      key: "state",
      name: "+",
      onDelivery: ({ payload }) => {
        if (!payload.online) reconciler.stop(payload.device);
        take((current) => onDeviceState(current, payload));
      },
    }),
    bus.subscribe({
      key: "heartbeat",
      name: "+",
      onDelivery: ({ name, payload }) => beat(name, payload.bootId, payload.degraded),
    }),
    bus.onUp(() => {
      announce(true).catch((error: Error) => log.debug({ error: error.message }, "could not announce the engine"));
      take(() => nothing);
    }),
    bus.onDown(() => {
      reconciler.stopAll();
      take(onUnlinked);
    }),
  );

  return {
    state: () => state,
    end,
    explain: () => explainWaiting(state, { ...now(), isLinkUp: bus.isUp, degraded }),
    submit(command) {
      if (!isOpen) return { ok: false, reason: "the engine has stopped" };
      const answer = onOperator(state, command);
      if ("refused" in answer) return { ok: false, reason: answer.refused };
      const last = commit([() => ({ events: answer.events, effects: [] })], now()).at(-1);
      return { ok: true, seq: last?.seq ?? journal.head().seq };
    },
    async close() {
      isOpen = false;
      for (const cancel of cancels) cancel();
      for (const pulse of pulses.values()) pulse.stop();
      deadlines.stop();
      reconciler.stopAll();
      if (bus.isUp) await announce(false);
    },
  };
}

/** Why a campaign cannot go on without a person: every run that is left is held, and nothing is under way. */
function whyStuck(state: EngineState): string[] {
  if (state.campaign === null || state.runs.size === 0) return [];
  const commands = [...state.runs.values()].flatMap((run) => Object.values(run.steps));
  const isMoving = commands.some((command) => command.outcome === null && command.doubt === null);
  const isAsked = [...state.proposals.values()].some(({ chart }) => chart.value === "asked" || chart.value === "made");
  const isEveryRunHeld = [...state.runs.values()].every((run) => run.chart.value === "held");
  if (isMoving || isAsked || !isEveryRunHeld) return [];
  return commands.filter((command) => command.doubt !== null).map(({ commandId, doubt }) => `${commandId}: ${doubt}`);
}
