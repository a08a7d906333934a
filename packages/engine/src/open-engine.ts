import type { Bus } from "@labloop/bus";
import {
  type Cancel,
  type Clock,
  type ClockAnchor,
  type DeviceMessage,
  type Ids,
  type LabEvent,
  type LabEventOf,
  type Log,
  type OperatorCommand,
  type OperatorDesk,
  type PhotoShelf,
  type ResultInlet,
} from "@labloop/contracts";
import { digestOf } from "@labloop/contracts/digest";
import type { Journal } from "@labloop/journal";
import type { Proposer } from "@labloop/optimizer/worker";
import type { PastAct } from "@labloop/protocol";
import { createDeadlines, type Ring } from "./deadlines.ts";
import { createCampaign } from "./decide/create-campaign.ts";
import { type Decision, nothing } from "./decide/decision.ts";
import { explainWaiting } from "./decide/explain-waiting.ts";
import { onDeadline, onLeftOver } from "./decide/on-deadline.ts";
import { onStopped, onStopSilence } from "./decide/on-estop.ts";
import { onRestore } from "./decide/on-doubt-answer.ts";
import { onHanging } from "./decide/on-hanging.ts";
import { onOperator } from "./decide/on-operator.ts";
import { onProbeResult } from "./decide/on-probe-result.ts";
import { onUnlinked } from "./decide/on-presence.ts";
import { onRefusal } from "./decide/on-refusal.ts";
import { onReport } from "./decide/on-report.ts";
import { onSnapshot } from "./decide/on-snapshot.ts";
import { needsNewEpoch } from "./decide/needs-new-epoch.ts";
import { heldByOther, quarantine } from "./decide/quarantine.ts";
import { whyNoPhoto } from "./decide/why-no-photo.ts";
import type { Effect } from "./effect.ts";
import { fold } from "./fold/fold.ts";
import { createFolding, type Folding } from "./fold/folding.ts";
import { createResultFetcher } from "./fetch-results.ts";
import { listen } from "./listen.ts";
import { watchInterlocks } from "./interlock-watch.ts";
import { createLastProgress } from "./last-progress.ts";
import { carryMaintenance, type MaintenanceReading } from "./maintenance-reading.ts";
import { createOutlet } from "./outlet.ts";
import { performEffect } from "./perform-effect.ts";
import { createPresence } from "./presence.ts";
import { startPulse } from "./pulse.ts";
import type { Recipe } from "./recipe.ts";
import { releaseFreed } from "./release-freed.ts";
import { createReconciler } from "./reconciler.ts";
import { createRepeater } from "./repeater.ts";
import { createRest, type EngineRest } from "./rest.ts";
import type { EngineState, Moment } from "./state.ts";
import { createStopDesk } from "./stop-desk.ts";
import { createTurns } from "./turns.ts";
import { createUnreadable } from "./unreadable.ts";

export interface EngineOptions {
  readonly journal: Journal;
  /** What was folded of the journal as it was opened, so that it is not read again; by default it is. */
  readonly folding?: Folding;
  readonly bus: Bus;
  readonly proposer: Proposer;
  readonly labClock: Clock;
  readonly linkClock: Clock;
  readonly ids: Ids;
  readonly recipe: Recipe;
  readonly engineId: string;
  readonly clock: ClockAnchor;
  readonly cell: string;
  /** How often the engine beats on its cell, ms of the link clock; 1,000 by default. */
  readonly heartbeatMs?: number;
  /** Where devices put large results (contract section 13); without it they are fetched in chunks. */
  readonly blobUrl?: string;
  /** Where the photos lie that people hand in with their answers; without it none can be. */
  readonly photos?: Pick<PhotoShelf, "has">;
  readonly log: Log;
  /** Whether people are at a desk to settle doubts: then the engine waits for them instead of ending as stuck. */
  readonly waitsForPeople?: boolean;
  /** What other campaigns have left in this lab: devices that a person has to look at first, and acts that totals count. */
  readonly before?: {
    readonly held: readonly { readonly device: string; readonly message: string }[];
    /** Devices that this campaign held, and why it need not any more, for what is said in others. */
    readonly freed?: readonly { readonly device: string; readonly reason: string }[];
    readonly acts: readonly PastAct[];
    /** What they have counted of maintenance, the newest of each. */
    readonly maintenance?: readonly MaintenanceReading[];
  };
}

/** The period of the engine's heartbeats, ms (contract section 3). */
const usualHeartbeatMs = 1_000;

/** How an engine ended. */
export type EngineEnd =
  | EngineRest
  /** It may not go on: its lease, its journal or its own reasoning failed. */
  | { readonly kind: "broken"; readonly error: Error };

export interface Engine extends OperatorDesk {
  state(): EngineState;
  /** Records that a driver was loaded anew, by whoever hosts it: nothing is decided on that. */
  noteReload(reload: Omit<LabEventOf<"driver.reloaded">, "type">): void;
  /** For the listener behind `blobUrl`. */
  readonly results: ResultInlet;
  readonly end: Promise<EngineEnd>;
  /** Nobody is at the desk from now on: where only a person could say how it goes on, also under an E-STOP, it ends as stuck. */
  stopWaiting(): void;
  close(): Promise<void>;
}

/**
 * Opens the engine of one campaign: folds what the journal holds, takes up whatever was unfinished, and goes on.
 *
 * Everything that happens is an input to a turn, which appends what it leads to and only then lets effects leave the
 * process. Nothing here decides: it ties the turns to the clocks, the bus and the optimizer.
 */
export function openEngine(options: EngineOptions): Engine {
  const {
    journal,
    folding = createFolding(),
    bus,
    proposer,
    labClock,
    linkClock,
    ids,
    recipe,
    engineId,
    log,
    cell,
    heartbeatMs = usualHeartbeatMs,
    before = { held: [], acts: [] },
  } = options;
  const envelopeHash = digestOf(recipe.checked.safety.envelope);
  let isOpen = true;
  const cancels: Cancel[] = [];
  const { promise: end, resolve: settle } = Promise.withResolvers<EngineEnd>();

  const surroundings = () => {
    const [labAt, wallAt] = [labClock.now(), linkClock.now()];
    const { degraded } = presence;
    const suspended = interlocks.suspended();
    return { labAt, wallAt, isLinkUp: bus.isUp, degraded, suspended, actsBefore: before.acts };
  };
  const progress = createLastProgress(labClock, () => turns.state());
  const complete = (event: LabEvent) => progress.withProgress(event);
  const turns = createTurns({
    journal,
    folding,
    recipe,
    ids,
    linkClock,
    surroundings,
    complete,
    onTurn,
    onFailure: stop,
  });
  const { state, take, note } = turns;
  const outlet = createOutlet({ bus, lease: journal.lease, linkClock, onLost: stop });
  const stops = createStopDesk({
    bus,
    linkClock,
    state,
    readiness: () => (turns.isCommitting() ? "committing" : isOpen ? "ready" : "stopped"),
    take,
    commit: (input) => turns.commit(input)[0]?.seq ?? journal.head().seq,
    head: () => journal.head().seq,
    onUnrecorded: stop,
    log,
  });
  const unreadable = createUnreadable({ linkClock, take });
  const deadlines = createDeadlines(labClock, linkClock, options.clock.scale, (ring) =>
    take((current, at) => onRing(current, ring, at)),
  );
  const interlocks = watchInterlocks({
    interlocks: recipe.checked.safety.interlocks,
    devices: Object.keys(recipe.checked.lab.devices),
    linkClock,
    state,
    take,
  });
  const presence = createPresence({ linkClock, state, take });
  const reconciler = createReconciler({
    outlet,
    linkClock,
    ids,
    state,
    onAnswer(device, snapshot, asked) {
      stops.note(snapshot.stopId ?? 0);
      take((current, at) => onSnapshot(current, device, snapshot, asked, at));
    },
    onUnsent: (error) => log.debug({ error: error.message }, "a reconcile request was not taken; it will be repeated"),
    beat: () => pulse.beat(),
    blobUrl: options.blobUrl,
  });
  let waitsForPeople = options.waitsForPeople ?? false;
  let isLeft = false;
  const rest = createRest({
    recipe,
    linkClock,
    state,
    isAsking: reconciler.isAsking,
    waitsForPeople: () => waitsForPeople,
    isLeft: () => isLeft,
    settle,
  });
  const results = createResultFetcher({
    bus,
    outlet,
    linkClock,
    state,
    take,
    hasUploads: options.blobUrl !== undefined,
    log,
  });
  const repeater = createRepeater(linkClock, perform);

  function onTurn(now: EngineState, effects: readonly Effect[]): void {
    deadlines.follow(now);
    repeater.follow(now);
    results.follow(now);
    progress.follow(now);
    for (const effect of effects) perform(effect);
    rest.look(now);
  }

  function perform(effect: Effect): void {
    // An effect before this one may have found the lease lost.
    if (!isOpen) return;
    // What was recorded in the moment of a stop is cancelled as that is recorded.
    if (effect.type === "publishCommand" && stops.isAhead()) return;
    if (effect.type === "callStop") stops.call();
    else if (effect.type === "raiseEpoch") raiseEpoch();
    else if (effect.type === "reconcile") ask(effect.device);
    else if (effect.type === "stopReconcile") reconciler.stop(effect.device);
    else performEffect(effect, { state: state(), outlet, proposer, linkClock, recipe, envelopeHash, take, note, log });
  }

  /** While staff have a device nothing is asked of it; it is asked when they give it back (E16). */
  function ask(device: string): void {
    if (state().devices.get(device)?.local != null) return;
    // As every device in reach is asked anew after it, this one is too.
    if (needsNewEpoch(state(), device)) raiseEpoch();
    else reconciler.ask(device);
  }

  /** S4: from here on every device refuses what it was sent before. */
  function raiseEpoch(): void {
    const epoch = journal.lease.newEpoch();
    take(() => ({ events: [{ type: "engine.epochRaised", epoch }], effects: [] }));
    announce(true).catch(unannounced);
  }

  /** E7: a device has had a higher epoch, and the database says whether another engine has taken the cell. */
  function isLeaseOurs(): boolean {
    try {
      journal.lease.renew();
      return true;
    } catch (error) {
      stop(error instanceof Error ? error : new Error(String(error)));
      return false;
    }
  }

  function decideOn(command: Exclude<OperatorCommand, { type: "estop.raise" }>): ReturnType<typeof onOperator> {
    if (command.type === "estop.clear") return stops.clear(command);
    const missing = whyNoPhoto(command, options.photos);
    if (missing !== null) return { refused: missing };
    if (command.type !== "restore.confirm") return onOperator(state(), command, ids);
    const answer = onRestore(state(), command);
    if ("refused" in answer) return answer;
    const { by, reason } = command;
    const epoch = journal.lease.newEpoch(answer.least);
    return { events: [{ type: "engine.restoreConfirmed", epoch, by, reason }] };
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
    turns.close();
    for (const cancel of cancels) cancel();
    rest.stop();
    presence.stop();
    deadlines.stop();
    repeater.stop();
    results.stop();
    reconciler.stopAll();
    outlet.shut();
  }

  function hear(message: DeviceMessage): void {
    switch (message.kind) {
      case "report":
        if (message.error?.code === "estop-latched") stops.adopt(message.device);
        if (message.error?.code === "device.clockUnknown") pulse.beat();
        return take((current) => onReport(current, message.device, message));
      case "stopped":
        return take((current) => onStopped(current, message));
      case "snapshot":
        return reconciler.hear(message);
      case "refusal":
        if (message.code === "stale-epoch" && message.fence > state().epoch && !isLeaseOurs()) return;
        log.warn({ device: message.device, code: message.code, commandId: message.commandId }, message.message);
        return take((current) => onRefusal(current, message));
      case "probe-result":
        return take((current) => onProbeResult(current, message));
      case "progress":
        return progress.hear(message);
      case "control-result":
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

  // The answer to a question that was open when the last engine died is the same, so asking again is safe.
  const unanswered = [...state().proposals.values()].filter(({ chart }) => chart.value === "asked");
  const first = state().campaign === null ? [createCampaign(options)] : [];
  const started: LabEvent = { type: "engine.started", engineId, epoch: journal.lease.epoch };
  const { devices } = recipe.checked.lab;
  const held = before.held
    .filter(({ device }) => Object.hasOwn(devices, device))
    .flatMap(({ device, message }) => quarantine(state(), device, heldByOther, message).events);
  const freed = releaseFreed(state(), before.freed ?? []);
  const now: Moment = { labAt: labClock.now(), wallAt: linkClock.now() };
  const begun = first.reduce<EngineState>((current, event) => fold(current, event, now).state, state());
  const carried = carryMaintenance(begun, before.maintenance ?? [], first.length > 0);
  turns.commit(() => ({ events: [...first, started, ...carried, ...freed, ...held], effects: [] }));
  for (const { proposalId } of unanswered) perform({ type: "askOptimizer", proposalId });
  stops.call();

  const { lease } = journal;
  const pulse = startPulse({ bus, outlet, lease, linkClock, cell, heartbeatMs, onLost: stop, log });
  cancels.push(
    listen({
      bus,
      isOurs: (device) => Object.hasOwn(devices, device),
      presence,
      interlocks,
      onChunk: (chunk) => results.hear(chunk),
      take,
      onMessage: hear,
      onMalformed: (bad) => unreadable.note(bad),
      log,
    }),
    () => interlocks.stop(),
    () => pulse.stop(),
    () => unreadable.stop(),
    bus.onUp(onUp),
    bus.onDown(() => {
      reconciler.stopAll();
      take(onUnlinked);
    }),
  );
  if (bus.isUp) onUp();

  return {
    state,
    results: results.inlet,
    end,
    stopWaiting() {
      waitsForPeople = false;
      isLeft = true;
      if (isOpen) rest.look(state());
    },
    noteReload: (reload) => take(() => ({ events: [{ type: "driver.reloaded", ...reload }], effects: [] })),
    explain: () => explainWaiting(state(), surroundings(), recipe),
    submit(command) {
      if (command.type === "estop.raise") return stops.raise(command);
      if (!isOpen) return { ok: false, reason: "the engine has stopped" };
      // The facts of the turn that is being recorded are not in the state yet: nobody can decide on it.
      if (turns.isCommitting()) return { ok: false, reason: "the engine is in the middle of a turn; ask again" };
      try {
        const answer = decideOn(command);
        if ("refused" in answer) return { ok: false, reason: answer.refused };
        const [record] = turns.commit(() => ({ events: answer.events, effects: [] }));
        if (command.type === "restore.confirm") announce(true).catch(unannounced);
        return { ok: true, seq: record?.seq ?? journal.head().seq };
      } catch (error) {
        const reason = error instanceof Error ? error : new Error(String(error));
        stop(reason);
        return { ok: false, reason: `the engine has stopped: ${reason.message}` };
      }
    },
    async close() {
      // Only who still is the engine of this cell says that it has gone.
      if (isOpen && bus.isUp) await announce(false).catch(unannounced);
      silence();
      stops.close();
    },
  };
}

function onRing(state: EngineState, ring: Ring, { labAt }: Moment): Decision {
  switch (ring.kind) {
    case "retry":
      return nothing;
    case "stopAnswer":
      return onStopSilence(state, ring.stopId);
    case "hang":
      return onHanging(state, ring.commandId, labAt);
    case "left":
      return onLeftOver(state, ring.commandId);
    case "start":
    case "hard":
      return onDeadline(state, ring.commandId, ring.kind);
  }
}

function timestamp(at: number): string {
  return new Date(at).toISOString();
}
