import {
  commandIdOf,
  type DeviceCaps,
  type DeviceMessage,
  type EngineControl,
  type Execute,
  type OperationCaps,
  type ProbeResult,
  type Refusal,
  type Report,
  type Snapshot,
  type Stopped,
  topicOf,
  type Values,
  wholeLab,
} from "@labloop/contracts";
import { paramsHashOf } from "@labloop/contracts/digest";
import { answerForPeople } from "./answer-for-people.ts";
import { goodValues } from "./generate-values.ts";
import { isStable } from "./is-stable.ts";
import { type Listening, listenTo } from "./listening.ts";
import type { Rig } from "./rig.ts";
import type { Trace } from "./trace.ts";
import { claim } from "./verdict.ts";

/** Chosen: how long a device may take to say anything that needs no motion, ms of link time. */
export const answerWithinMs = 10_000;
/** Chosen: how long after its run deadline an act must have an end (contract section 10: hard deadline). */
const hardMarginMs = 60_000;

/** The answer to a reconcile: every part of a snapshot as one, or the refusal. */
export type Reconciled = Snapshot | Refusal;

type Body<M> = M extends EngineControl ? Omit<M, "v" | "device" | "engineId" | "issuedAt" | "epoch"> : never;

/** What all checks of one run share. */
export interface Suite {
  /** Commands of the soak; 0 for none. */
  readonly soak: number;
  /** The trace that is kept beside the driver, if one is. */
  readonly recorded: Trace | null;
  /** Whether the trace of this run is to be kept there, in place of what may be kept now. */
  readonly isRecording: boolean;
  /** Told of the trace of this run. */
  readonly onTrace: (trace: Trace) => void;
  /** What one check has found out and another needs as well. */
  readonly memory: Map<string, unknown>;
}

/** One check's meeting with the driver: the suite plays the engine. */
export interface Scene extends Listening {
  readonly rig: Rig;
  readonly seed: number;
  readonly announced: () => DeviceCaps;
  epoch: number;
  /** The highest E-STOP so far. */
  stopId: number;
  /** Opens another scene: in process with a fresh device and plant, else with the same device. */
  again(change?: { readonly heartbeatMs?: number; readonly isUnready?: boolean }): Promise<Scene>;
  readonly suite: Suite;
  pass(ms: number): Promise<void>;
  until(isSo: () => boolean, withinMs: number): Promise<boolean>;
  /** Waits until the device has announced itself and its equipment answers, beats, and reconciles. */
  ready(): Promise<void>;
  /** The operations by name, the one that checks use first: laid out if possible, and short. */
  ops(): string[];
  op(name: string): OperationCaps;
  /** Good parameters: laid out by the plant, else generated. */
  paramsFor(op: string): Values;
  /** A new command; `change` may spoil anything in it. */
  order(change?: Partial<Execute>): Execute;
  send(execute: Execute): Promise<void>;
  control(body: Body<EngineControl>, epoch?: number): Promise<void>;
  reports(commandId: string): Report[];
  refusals(commandId: string): Refusal[];
  /** The end of a command, once it has one; `Broken` when it comes too late. */
  end(commandId: string, withinMs?: number): Promise<Report>;
  /** The first answer of any kind to a command. */
  answer(commandId: string): Promise<Report | Refusal>;
  /** Sends good parameters, waits for the end, acknowledges it. */
  carryOut(change?: Partial<Execute>): Promise<{ execute: Execute; end: Report }>;
  ack(commandIds: readonly string[]): Promise<void>;
  cancel(execute: Execute): Promise<void>;
  reconcile(about?: {
    readonly open?: readonly Execute[];
    readonly epoch?: number;
    readonly withinMs?: number;
  }): Promise<Reconciled>;
  probe(commandId: string): Promise<ProbeResult>;
  /** Raises or clears the E-STOP; `isForgotten` by a broker that keeps nothing, where that can be played. */
  estop(isActive: boolean, isForgotten?: boolean): Promise<void>;
  /** The answer to the latest E-STOP, if it comes in time. */
  stopped(withinMs: number): Promise<Stopped | null>;
  /** Kills and starts the driver, and waits until it has announced itself; it is not reconciled. */
  restart(): Promise<void>;
  acts(): Promise<number>;
  close(): Promise<void>;
}

/** Opens a scene on a rig and begins to listen. */
export function openScene(
  rig: Rig,
  options: {
    readonly seed: number;
    readonly suite: Suite;
    readonly again: Scene["again"];
    readonly isKept: boolean;
  },
): Scene {
  const { seed, suite, again, isKept } = options;
  const { bus, clock, deviceId, ids } = rig;
  const listening = listenTo(rig, (message) => {
    if (message.kind === "report") people.hear(message);
  });
  let dseq = 0;
  let beats = 0;
  let cancelBeat = () => {};
  let ranked: string[] | null = null;
  let isClosed = false;
  const stamp = () => new Date(clock.now()).toISOString();
  const fromEngine = (epoch: number) => ({
    v: 1 as const,
    device: deviceId,
    epoch,
    engineId: "conformance",
    issuedAt: stamp(),
  });

  const caps = (): DeviceCaps => {
    const announced = listening.announcements.at(-1)?.message.caps;
    claim(announced !== undefined, "the device has announced no capabilities on its topic caps");
    return announced;
  };

  /** An engine beats once a second; one device's watchdog may ask for no less. */
  const beat = () => {
    cancelBeat();
    const heartbeat = { v: 1, kind: "engine-hb", epoch: scene.epoch, n: beats++, at: stamp() } as const;
    bus.publish("engineHeartbeat", "main", heartbeat).catch(() => {});
    const everyMs = Math.max(1_000, Math.min(caps().heartbeatMs, (caps().watchdog?.afterMs ?? 60_000) / 3));
    cancelBeat = clock.at(clock.now() + everyMs, beat);
  };

  const scene: Scene = {
    ...listening,
    rig,
    seed,
    suite,
    again,
    announced: caps,
    epoch: 1,
    stopId: 0,
    until: (isSo, withinMs) => rig.until(isSo, withinMs),
    async pass(ms) {
      await rig.until(() => false, ms);
    },
    async ready() {
      const isHere = await scene.until(
        () => scene.states.at(-1)?.state.online === true && scene.announcements.length > 0,
        2 * answerWithinMs,
      );
      claim(isHere, "the device has announced no birth with its capabilities within 20 s");
      const fence = scene.states.at(-1)?.state.fence ?? 0;
      scene.epoch = Math.max(scene.epoch, fence + (isKept ? 1 : 0), 1);
      beat();
      const isWell = () => {
        const last = scene.heartbeats.at(-1)?.heartbeat;
        return last !== undefined && last.degraded === undefined;
      };
      claim(
        await scene.until(isWell, 2 * answerWithinMs + 2 * caps().heartbeatMs),
        () => `the device stays degraded: ${scene.heartbeats.at(-1)?.heartbeat.degraded ?? "it sends no heartbeat"}`,
      );
      scene.stopId = Math.max(scene.stopId, scene.heartbeats.at(-1)?.heartbeat.stopId ?? 0);
      let answer = await scene.reconcile();
      if (answer.kind === "refusal" && answer.code === "stale-epoch") {
        scene.epoch = answer.fence + 1;
        beat();
        answer = await scene.reconcile();
      }
      claim(answer.kind === "snapshot", () => `reconcile was refused: ${describe(answer)}`);
      dseq = Math.max(dseq, answer.maxDseq, answer.watermark);
      const left = answer.unlisted.filter(({ state }) => isStable(state));
      if (left.length > 0) await scene.ack(left.map(({ commandId }) => commandId));
    },
    ops() {
      const byUse = ([, a]: readonly [string, number], [, b]: readonly [string, number]) => a - b;
      ranked ??= Object.entries(caps().operations)
        .map(([name, { duration }]) => [name, duration.typicalMs + (rig.layOut(name) === null ? 1e9 : 0)] as const)
        .sort(byUse)
        .map(([name]) => name);
      return [...ranked];
    },
    op(name) {
      const found = caps().operations[name];
      claim(found !== undefined, `the device announces no operation ${name}`);
      return found;
    },
    paramsFor: (op) => rig.layOut(op) ?? goodValues(scene.op(op).params, seed + dseq, 1)[0] ?? {},
    order(change = {}) {
      const op = change.op ?? scene.ops()[0] ?? "";
      const known = caps().operations[op];
      const params = change.params ?? (known === undefined ? {} : scene.paramsFor(op));
      const commandId = change.commandId ?? commandIdOf(ids.ulid(), 1);
      return {
        ...fromEngine(scene.epoch),
        kind: "execute",
        commandId,
        campaignId: commandId.slice(0, 26),
        runId: commandId.slice(0, 26),
        stepId: commandId.slice(0, 26),
        attempt: 1,
        dseq: change.dseq ?? ++dseq,
        retryClass: known?.retryClass ?? "non-repeatable",
        ttlMs: 60_000,
        maxDurationMs: known?.duration.maxMs ?? 60_000,
        ...change,
        op,
        params,
        paramsHash: change.paramsHash ?? paramsHashOf(op, params),
      };
    },
    async send(execute) {
      if (caps().operations[execute.op]?.asks !== undefined) people.note(execute);
      await bus.publish("command", deviceId, execute);
    },
    async control(body, epoch = scene.epoch) {
      await bus.publish("control", deviceId, { ...fromEngine(epoch), ...body } as EngineControl);
    },
    reports: (commandId) => ofKind(scene.messages, "report").filter((report) => report.commandId === commandId),
    refusals: (commandId) => ofKind(scene.messages, "refusal").filter((refusal) => refusal.commandId === commandId),
    async end(commandId, withinMs) {
      // Each message is looked at once: this is asked at every instant of a long act.
      let looked = 0;
      let found: Report | undefined;
      const isFound = () => {
        for (; found === undefined && looked < scene.messages.length; looked++) {
          const message = scene.messages[looked];
          const isOfIt = message?.kind === "report" && message.commandId === commandId;
          if (isOfIt && isStable(message.state)) found = message;
        }
        return found !== undefined;
      };
      const longest = Math.max(...Object.values(caps().operations).map(({ duration }) => duration.maxMs));
      await scene.until(isFound, withinMs ?? longest + hardMarginMs);
      claim(found !== undefined, () => {
        const last = scene.reports(commandId).at(-1)?.state ?? describe(scene.refusals(commandId).at(-1));
        return `command ${commandId} has come to no end; the device's last word on it was ${last}`;
      });
      return found;
    },
    async answer(commandId) {
      const find = () => scene.reports(commandId)[0] ?? scene.refusals(commandId)[0];
      await scene.until(() => find() !== undefined, answerWithinMs);
      const found = find();
      claim(found !== undefined, `the device gave no answer to command ${commandId} within ${answerWithinMs} ms`);
      return found;
    },
    async carryOut(change) {
      const execute = scene.order(change);
      await scene.send(execute);
      const end = await scene.end(execute.commandId);
      await scene.ack([execute.commandId]);
      return { execute, end };
    },
    ack: (commandIds) => scene.control({ kind: "ack", commandIds: [...commandIds] }),
    cancel: ({ commandId, dseq: number }) =>
      scene.control({ kind: "cancel", commandId, dseq: number, reason: "conformance" }),
    async reconcile({ open = [], epoch, withinMs = answerWithinMs } = {}) {
      const rid = ids.ulid();
      const listed = open.map(({ commandId, paramsHash, dseq: number }) => ({ commandId, paramsHash, dseq: number }));
      await scene.control({ kind: "reconcile", rid, part: 0, parts: 1, open: listed }, epoch);
      const find = (): Reconciled | undefined => {
        const parts = ofKind(scene.messages, "snapshot").filter((one) => one.rid === rid);
        const [first] = parts;
        if (first !== undefined && new Set(parts.map(({ part }) => part)).size === first.parts) {
          const entries = parts.flatMap((part) => part.entries);
          return { ...first, entries, unlisted: parts.flatMap((part) => part.unlisted) };
        }
        return ofKind(scene.messages, "refusal").find((refusal) => refusal.rid === rid);
      };
      await scene.until(() => find() !== undefined, withinMs);
      const found = find();
      claim(found !== undefined, `reconcile was not answered within ${withinMs} ms`);
      return found;
    },
    async probe(commandId) {
      const rid = ids.ulid();
      await scene.control({ kind: "probe", rid, commandId });
      const find = () => ofKind(scene.messages, "probe-result").find((result) => result.rid === rid);
      await scene.until(() => find() !== undefined, 6 * answerWithinMs);
      const found = find();
      claim(found !== undefined, "probe was not answered within 60 s");
      return found;
    },
    async estop(isActive, isForgotten = false) {
      scene.stopId++;
      const by = { kind: "operator", name: "conformance" } as const;
      const about = { stopId: scene.stopId, active: isActive, scope: "lab", reason: "conformance", by } as const;
      const stop = { v: 1, kind: "estop", ...about, at: stamp() } as const;
      if (!isForgotten || rig.inject === null) await bus.publish("estop", wholeLab, stop);
      else await rig.inject(topicOf(rig.lab, "estop", wholeLab), Buffer.from(JSON.stringify(stop)), false);
    },
    async stopped(withinMs) {
      const find = () => ofKind(scene.messages, "stopped").find(({ stopId }) => stopId === scene.stopId);
      await scene.until(() => find() !== undefined, withinMs);
      return find() ?? null;
    },
    async restart() {
      const before = scene.states.at(-1)?.state.bootId;
      await rig.restart?.kill();
      await rig.restart?.start();
      const isBack = () => {
        const last = scene.states.at(-1)?.state;
        return last?.online === true && last.bootId !== before;
      };
      claim(await scene.until(isBack, 6 * answerWithinMs), "the restarted driver announced no birth within 60 s");
      // Its equipment is needed for what follows.
      await scene.until(() => scene.heartbeats.at(-1)?.heartbeat.bootId !== before, 2 * answerWithinMs);
      await scene.until(() => scene.heartbeats.at(-1)?.heartbeat.degraded === undefined, 2 * answerWithinMs);
      beat();
      await scene.pass(50);
    },
    acts: async () => (rig.acts === null ? 0 : await rig.acts()),
    async close() {
      if (isClosed) return;
      isClosed = true;
      cancelBeat();
      people.stop();
      listening.stop();
      if (scene.stopId > 0 && isKept) await scene.estop(false).catch(() => {});
      await rig.close();
    },
  };
  const people = answerForPeople({
    rig,
    seed,
    resultOf: (op) => scene.op(op).result,
    say: (commandId, answer) =>
      scene.control({ kind: "answer", rid: ids.ulid(), commandId, answer, by: "conformance" }),
  });
  return scene;
}

/** Returns the messages of one kind. */
export function ofKind<K extends DeviceMessage["kind"]>(
  messages: readonly DeviceMessage[],
  kind: K,
): Extract<DeviceMessage, { kind: K }>[] {
  return messages.filter((message): message is Extract<DeviceMessage, { kind: K }> => message.kind === kind);
}

/** Returns a message in few words, for a person who reads why a check failed. */
export function describe(message: Report | Refusal | Reconciled | undefined): string {
  if (message === undefined) return "nothing";
  if (message.kind === "snapshot") return "a snapshot";
  if (message.kind === "refusal") return `a refusal ${message.code} (${message.message})`;
  const { state, physical, error } = message;
  return `${state}, matter moved: ${physical}${error === undefined ? "" : `, ${error.code}: ${error.message}`}`;
}
