import { createMemoryBroker, encode, type MemoryBus, type Payload } from "@labloop/bus";
import { createSeededIds, createVirtualClock, type VirtualClock } from "@labloop/clock";
import {
  commandIdOf,
  type DeviceMessage,
  type DeviceState,
  type Execute,
  type Heartbeat,
  type Reconcile,
  type StepAnswer,
  topicOf,
  wholeLab,
} from "@labloop/contracts";
import { paramsHashOf } from "@labloop/contracts/digest";
import {
  type CommandRecord,
  createMemoryMedium,
  createStreamPair,
  type DeviceStore,
  openDevice,
  openMemoryStore,
  type RunningDevice,
} from "../../src/index.ts";
import { type CounterPlant, counterDevice, createCounterPlant } from "./counter.ts";

export const deviceId = "counter-1";
export const startAt = Date.parse("2026-01-05T08:00:00.000Z");
/** One hop on the test's wire: long enough for a crash to fall between any two bytes. */
const hopMs = 2;

const stepBase = "01JGZZZZZZZZZZZZZZZZZZ";

/** The n-th command of the tests. */
export function idOf(n: number): string {
  return commandIdOf(`${stepBase}${n.toString(16).toUpperCase().padStart(4, "0")}`, 1);
}

/** A device, its plant, and an engine's end of the bus, in virtual time. */
export interface Bench {
  readonly clock: VirtualClock;
  readonly plant: CounterPlant;
  readonly heard: DeviceMessage[];
  readonly states: DeviceState[];
  readonly announced: Payload<"caps">[];
  readonly heartbeats: Heartbeat[];
  readonly logged: string[];
  readonly engine: MemoryBus;
  readonly broker: ReturnType<typeof createMemoryBroker>;
  /** The device's end of the bus, of the latest boot. */
  bus(): MemoryBus;
  device(): RunningDevice;
  /** The journal as it stands, also of a dead device. */
  journal(): ReadonlyMap<string, CommandRecord>;
  /** Starts the device, or starts it again over the same journal. */
  boot(wrap?: (store: DeviceStore) => DeviceStore, config?: unknown): Promise<void>;
  /** What a dead device finds at its next start is an empty journal (E9). */
  loseJournal(): void;
  /** Boots, lets the wire come up, beats once and reconciles, as an engine does. */
  ready(wrap?: (store: DeviceStore) => DeviceStore): Promise<void>;
  pass(ms: number): Promise<void>;
  execute(n: number, change?: Partial<Execute>): Promise<void>;
  reconcile(open?: number[], epoch?: number, rid?: string, about?: Partial<Reconcile>): Promise<void>;
  cancel(n: number, epoch?: number): Promise<void>;
  ack(n: number[], epoch?: number): Promise<void>;
  /** Sends what carries a rid: `pause`, `resume` or `fence`. */
  ask(kind: "pause" | "resume" | "fence", n?: number, epoch?: number): Promise<void>;
  /** Hands over what a person says of the n-th command. */
  answer(n: number, answer: StepAnswer, epoch?: number): Promise<void>;
  /** One heartbeat of the engine, as its clock has it. */
  beat(epoch?: number, aheadMs?: number): Promise<void>;
  probe(n: number, epoch?: number): Promise<void>;
  /** Raises an E-STOP, or clears it; `isKept` false is a broker that has forgotten it right away. */
  estop(stopId: number, active?: boolean, isKept?: boolean): Promise<void>;
  /** The same, without waiting for its arrival. */
  sendStop(stopId: number, active?: boolean, isKept?: boolean): void;
  reports(n: number): string[];
  refusals(): string[];
  last<K extends DeviceMessage["kind"]>(kind: K): Extract<DeviceMessage, { kind: K }>;
}

/** The n-th command as an engine would order it. */
export function executeOf(clock: { now(): number }, n: number, change: Partial<Execute> = {}): Execute {
  const commandId = idOf(n);
  const op = change.op ?? "stroke";
  const params = change.params ?? {
    tag: commandId,
    force: { value: 5, unit: "N" },
    duration: { value: 1_000, unit: "ms" },
  };
  return {
    v: 1,
    kind: "execute",
    device: deviceId,
    epoch: 1,
    engineId: "engine-1",
    issuedAt: new Date(clock.now()).toISOString(),
    commandId,
    campaignId: `${stepBase}CAMP`,
    runId: `${stepBase}RVNS`,
    stepId: commandId.slice(0, 26),
    attempt: 1,
    dseq: n,
    retryClass: "non-repeatable",
    ttlMs: 30_000,
    maxDurationMs: 60_000,
    ...change,
    op,
    params,
    paramsHash: change.paramsHash ?? paramsHashOf(op, params),
  };
}

export function createBench(
  options: { chunkBytes?: number; definition?: typeof counterDevice; resultQuotaBytes?: number } = {},
): Bench {
  const clock = createVirtualClock(startAt);
  const broker = createMemoryBroker({ lab: "test", clock });
  const plant = createCounterPlant(clock);
  const medium = createMemoryMedium();
  const ids = createSeededIds(clock, 7, "device");
  const heard: DeviceMessage[] = [];
  const states: DeviceState[] = [];
  const announced: Payload<"caps">[] = [];
  const heartbeats: Heartbeat[] = [];
  const logged: string[] = [];
  const line = (level: string) => (_fields: object, message: string) => void logged.push(`${level}: ${message}`);
  const log = { debug: line("debug"), info: line("info"), warn: line("warn"), error: line("error") };
  const engine = broker.connect({ clientId: "eng-main-1" });
  engine.subscribe({ key: "report", name: "+", onDelivery: ({ payload }) => void heard.push(payload) });
  engine.subscribe({ key: "state", name: "+", onDelivery: ({ payload }) => void states.push(payload) });
  engine.subscribe({ key: "caps", name: "+", onDelivery: ({ payload }) => void announced.push(payload) });
  engine.subscribe({ key: "heartbeat", name: "+", onDelivery: ({ payload }) => void heartbeats.push(payload) });
  let device: RunningDevice | null = null;
  let bus: MemoryBus | null = null;
  let beats = 0;

  const fromEngine = (epoch: number) => ({
    v: 1 as const,
    device: deviceId,
    epoch,
    engineId: "engine-1",
    issuedAt: new Date(clock.now()).toISOString(),
  });

  const bench: Bench = {
    clock,
    plant,
    heard,
    states,
    announced,
    heartbeats,
    logged,
    engine,
    broker,
    bus: () => bus!,
    device: () => device!,
    journal: () => medium.content?.records ?? new Map(),
    async boot(wrap = (store) => store, config = { greeting: "HELLO" }) {
      device = await openDevice({
        definition: options.definition ?? counterDevice,
        deviceId,
        config,
        mode: "simulated",
        connect: (will) => {
          bus = broker.connect({ clientId: `dev-${deviceId}`, will });
          return bus;
        },
        store: wrap(
          openMemoryStore({
            medium,
            ids,
            ...(options.resultQuotaBytes === undefined ? {} : { resultQuotaBytes: options.resultQuotaBytes }),
          }),
        ),
        openWire: async () => {
          if (!plant.isReachable) throw new Error("no route to the plant");
          const [near, far] = createStreamPair(clock, { ...options, delayMs: hopMs });
          plant.attach(far);
          return near;
        },
        labClock: clock,
        linkClock: clock,
        ids,
        log,
      });
    },
    loseJournal() {
      medium.content = null;
    },
    async ready(wrap) {
      await bench.boot(wrap);
      await bench.pass(50);
      await bench.beat();
      await bench.reconcile();
      await bench.pass(1);
    },
    async pass(ms) {
      let isOver = false;
      clock.at(clock.now() + ms, () => {
        isOver = true;
      });
      await clock.run(() => isOver);
    },
    async execute(n, change) {
      await engine.publish("command", deviceId, executeOf(clock, n, change));
      await bench.pass(1);
    },
    async reconcile(open = [], epoch = 1, rid = "rid-1", about = {}) {
      const commands = open.map((n) => ({ commandId: idOf(n), paramsHash: executeOf(clock, n).paramsHash, dseq: n }));
      await engine.publish("control", deviceId, {
        ...fromEngine(epoch),
        kind: "reconcile",
        rid,
        part: 0,
        parts: 1,
        open: commands,
        ...about,
      });
      await bench.pass(1);
    },
    async cancel(n, epoch = 1) {
      const cancel = { ...fromEngine(epoch), kind: "cancel" as const, commandId: idOf(n), dseq: n, reason: "operator" };
      await engine.publish("control", deviceId, cancel);
      await bench.pass(1);
    },
    async ack(n, epoch = 1) {
      await engine.publish("control", deviceId, { ...fromEngine(epoch), kind: "ack", commandIds: n.map(idOf) });
      await bench.pass(1);
    },
    async ask(kind, n, epoch = 1) {
      const about = n === undefined ? {} : { commandId: idOf(n) };
      await engine.publish("control", deviceId, { ...fromEngine(epoch), kind, rid: `rid-${kind}`, ...about });
      await bench.pass(1);
    },
    async answer(n, answer, epoch = 1) {
      const commandId = idOf(n);
      const rid = `${commandId}/answer`;
      const message = { ...fromEngine(epoch), kind: "answer", rid, commandId, answer, by: "Ada" } as const;
      await engine.publish("control", deviceId, message);
    },
    async beat(epoch = 1, aheadMs = 0) {
      const at = new Date(clock.now() + aheadMs).toISOString();
      await engine.publish("engineHeartbeat", "main", { v: 1, kind: "engine-hb", epoch, n: beats++, at });
      await bench.pass(1);
    },
    async probe(n, epoch = 1) {
      const probe = { ...fromEngine(epoch), kind: "probe" as const, rid: "rid-p", commandId: idOf(n) };
      await engine.publish("control", deviceId, probe);
      await bench.pass(1);
    },
    async estop(stopId, active, isKept) {
      bench.sendStop(stopId, active, isKept);
      await bench.pass(1);
    },
    sendStop(stopId, active = true, isKept = true) {
      const by = { kind: "operator", name: "Ada" } as const;
      const at = new Date(clock.now()).toISOString();
      const stop = { v: 1, kind: "estop", stopId, active, scope: "lab", reason: "smoke", by, at } as const;
      if (isKept) void engine.publish("estop", wholeLab, stop);
      else broker.inject(topicOf("test", "estop", wholeLab), encode("estop", wholeLab, stop));
    },
    reports: (n) =>
      heard.flatMap((message) => (message.kind === "report" && message.commandId === idOf(n) ? [message.state] : [])),
    refusals: () => heard.flatMap((message) => (message.kind === "refusal" ? [message.code] : [])),
    last(kind) {
      const found = heard.findLast((message) => message.kind === kind);
      if (found === undefined) throw new Error(`no ${kind} was heard`);
      return found as Extract<DeviceMessage, { kind: typeof kind }>;
    },
  };
  return bench;
}
