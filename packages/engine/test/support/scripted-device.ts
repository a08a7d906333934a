import type { MemoryBroker, MemoryBus, Payload } from "@labloop/bus";
import type {
  Clock,
  ClockAnchor,
  CommandState,
  DeviceCaps,
  Execute,
  Physical,
  Probe,
  ProbeResult,
  Reconcile,
  RefusalCode,
  Report,
  Snapshot,
  Values,
} from "@labloop/contracts";
import { digestOf } from "@labloop/contracts/digest";

type Fact = Pick<Report, "commandId" | "state" | "physical"> &
  Partial<Pick<Report, "result" | "executed" | "error" | "resultRef" | "partial">>;
type Entry = Fact & { readonly paramsHash: string | null; readonly dseq: number };

export interface Saying {
  readonly physical?: Physical;
  readonly result?: Values;
  readonly resultRef?: Report["resultRef"];
  readonly partial?: Report["partial"];
  /** The class of an error whose message does not matter, and its code where that does. */
  readonly error?: string;
  readonly code?: string;
}

type Finding = Pick<ProbeResult, "outcome" | "decisive"> & Partial<Pick<ProbeResult, "evidence">>;

/** A device played by a test: it speaks the contract and does exactly what the test says. */
export interface ScriptedDevice {
  readonly id: string;
  readonly bus: MemoryBus;
  readonly executes: Execute[];
  readonly acks: string[];
  readonly cancels: string[];
  readonly reconciles: Reconcile[];
  readonly probes: Probe[];
  /** Its journal: what it would report of each command, by id. */
  readonly facts: Map<string, Entry>;
  journalId: string;
  bootId: string;
  bdSeq: number;
  jseq: number;
  maxDseq: number;
  watermark: number;
  isBeating: boolean;
  mode: "simulated" | "real";
  /** The lab clock that it says it keeps. */
  keeps?: ClockAnchor;
  degraded: string | undefined;
  /** Who has taken it, and since when. */
  local: { by: string; since: string } | undefined;
  /** What its heartbeats say of its own interlocks. */
  interlocks: Record<string, boolean> | undefined;
  /** Does not hear the engine. */
  isDeaf: boolean;
  /** Answers reconcile requests. */
  isAnswering: boolean;
  onExecute: (order: Execute) => void;
  /** What it does when it is told never to run a command; by default nothing. */
  onCancel: (commandId: string) => void;
  /** What it does when it is asked to look for evidence; by default nothing. */
  onProbe: (probe: Probe) => void;
  /** May change what is answered to a reconcile. */
  answer: (snapshot: Snapshot) => Snapshot[];
  /** Announces itself; `online: false` is its death. */
  say(online: boolean, change?: Partial<Payload<"state">>): Promise<void>;
  /** Writes a fact and reports it. */
  report(commandId: string, state: CommandState, saying?: Saying): Promise<void>;
  /** Reports what it has written of a command, without writing anything. */
  repeat(commandId: string): Promise<void>;
  refuse(code: RefusalCode, commandId?: string, fence?: number): Promise<void>;
  /** Answers a probe. */
  found(probe: Pick<Probe, "rid" | "commandId">, finding: Finding): Promise<void>;
  beat(change?: Partial<Payload<"heartbeat">>): Promise<void>;
  /** Says how far it has got, 0 to 1; written nowhere. */
  progress(commandId: string, fraction: number): Promise<void>;
}

/** Plays a device; it beats and listens from the next turn of the clock. */
export function playDevice(broker: MemoryBroker, clock: Clock, id: string, caps: DeviceCaps): ScriptedDevice {
  const bus = broker.connect({ clientId: `dev-${id}` });
  const orders = new Map<string, Execute>();
  let rseq = 0;
  let beats = 0;
  /** What is said without a link is lost, as on a real one. */
  const tell: MemoryBus["publish"] = async (key, name, payload) => {
    if (bus.isUp) await bus.publish(key, name, payload);
  };
  const stamp = () => ({ v: 1 as const, device: id, issuedAt: new Date(clock.now()).toISOString() });
  const times = () => ({ tMono: clock.now(), tWall: new Date(clock.now()).toISOString() });
  const entryOf = ({
    commandId,
    state,
    physical,
    result,
    executed,
    error,
    paramsHash,
    dseq,
    resultRef,
    partial,
  }: Entry) => ({
    commandId,
    state,
    physical,
    paramsHash,
    dseq,
    ...(result === undefined ? {} : { result }),
    ...(executed === undefined ? {} : { executed }),
    ...(error === undefined ? {} : { error }),
    ...(resultRef === undefined ? {} : { resultRef }),
    ...(partial === undefined ? {} : { partial }),
    ...times(),
  });

  const self: ScriptedDevice = {
    id,
    bus,
    executes: [],
    acks: [],
    cancels: [],
    reconciles: [],
    probes: [],
    facts: new Map(),
    journalId: "journal-1",
    bootId: "boot-1",
    bdSeq: 1,
    jseq: 0,
    maxDseq: 0,
    watermark: 0,
    isBeating: true,
    mode: "simulated",
    degraded: undefined,
    local: undefined,
    interlocks: undefined,
    isDeaf: false,
    isAnswering: true,
    onExecute: () => undefined,
    onCancel: () => undefined,
    onProbe: () => undefined,
    answer: (snapshot) => [snapshot],
    async say(online, change = {}) {
      if (online) await tell("caps", id, { ...stamp(), kind: "caps", caps });
      const { journalId, bootId, bdSeq, jseq, mode, keeps } = self;
      const local = self.local === undefined ? {} : { local: self.local };
      const state = {
        online,
        journalId,
        bootId,
        bdSeq,
        jseq,
        fence: 0,
        capsHash: digestOf(caps),
        mode,
        ...(keeps === undefined ? {} : { clock: keeps }),
      };
      await tell("state", id, { ...stamp(), kind: "state", ...state, ...local, ...change });
    },
    async report(commandId, state, saying = {}) {
      const { physical = state === "succeeded" ? "full" : "none", result, error, resultRef, partial } = saying;
      const code = saying.code ?? "test.error";
      const order = orders.get(commandId);
      self.jseq++;
      self.facts.set(commandId, {
        commandId,
        state,
        physical,
        paramsHash: order?.paramsHash ?? null,
        dseq: order?.dseq ?? ++self.maxDseq,
        ...(result === undefined ? {} : { result }),
        ...(state === "succeeded" ? { executed: order?.params ?? {} } : {}),
        ...(resultRef === undefined ? {} : { resultRef }),
        ...(partial === undefined ? {} : { partial }),
        ...(error === undefined ? {} : { error: { code, message: "said the test", class: error } }),
      });
      await self.repeat(commandId);
    },
    async repeat(commandId) {
      const fact = self.facts.get(commandId);
      if (fact === undefined) throw new Error(`${id} has no fact about ${commandId}`);
      const { paramsHash: _hash, dseq: _dseq, ...said } = entryOf(fact);
      const head = { bootId: self.bootId, rseq: ++rseq, jseq: self.jseq, fence: 1 };
      await tell("report", id, { ...stamp(), kind: "report", ...head, ...said });
    },
    async refuse(code, commandId, fence = 99) {
      const about = commandId === undefined ? {} : { commandId };
      const refusal = { code, message: "said the test", fence, watermark: self.watermark };
      await tell("report", id, { ...stamp(), kind: "refusal", ...about, ...refusal });
    },
    async found({ rid, commandId }, { outcome, decisive, evidence = {} }) {
      const result = { kind: "probe-result", rid, commandId, outcome, decisive, evidence } as const;
      await tell("report", id, { ...stamp(), ...result });
    },
    async beat(change = {}) {
      const degraded = self.degraded === undefined ? {} : { degraded: self.degraded };
      const own = self.interlocks === undefined ? {} : { interlocks: self.interlocks };
      const beat = { kind: "hb" as const, bootId: self.bootId, n: beats++, tMono: clock.now(), running: [] };
      await tell("heartbeat", id, { ...stamp(), ...beat, jseq: self.jseq, ...degraded, ...own, ...change });
    },
    async progress(commandId, fraction) {
      await tell("report", id, { ...stamp(), kind: "progress", bootId: self.bootId, commandId, fraction });
    },
  };

  function snapshotFor(request: Reconcile): Snapshot {
    const listed = new Set(request.open.map(({ commandId }) => commandId));
    const known = [...self.facts.values()];
    const { journalId, bootId, jseq, watermark } = self;
    return {
      ...stamp(),
      kind: "snapshot",
      rid: request.rid,
      part: 0,
      parts: 1,
      journalId,
      bootId,
      jseq,
      fence: request.epoch,
      watermark,
      maxDseq: Math.max(self.maxDseq, ...known.map(({ dseq }) => dseq)),
      entries: [...listed].map((commandId) => {
        const fact = self.facts.get(commandId);
        return fact === undefined ? { commandId, state: "never-seen" as const } : entryOf(fact);
      }),
      unlisted: known.filter(({ commandId }) => !listed.has(commandId) && !self.acks.includes(commandId)).map(entryOf),
    };
  }

  bus.subscribe({
    key: "command",
    name: id,
    onDelivery({ payload }) {
      if (self.isDeaf) return;
      self.executes.push(payload);
      orders.set(payload.commandId, payload);
      self.onExecute(payload);
    },
  });
  bus.subscribe({
    key: "control",
    name: id,
    onDelivery({ payload }) {
      if (self.isDeaf) return;
      if (payload.kind === "ack") self.acks.push(...payload.commandIds);
      if (payload.kind === "cancel") {
        self.cancels.push(payload.commandId);
        self.onCancel(payload.commandId);
      }
      if (payload.kind === "probe") {
        self.probes.push(payload);
        self.onProbe(payload);
      }
      if (payload.kind !== "reconcile") return;
      self.reconciles.push(payload);
      if (!self.isAnswering || payload.part < payload.parts - 1) return;
      const open = self.reconciles.filter(({ rid }) => rid === payload.rid).flatMap((part) => part.open);
      for (const part of self.answer(snapshotFor({ ...payload, open }))) void tell("report", id, part);
    },
  });
  const tick = () => {
    if (self.isBeating && bus.isUp) void self.beat();
    clock.at(clock.now() + 1_000, tick);
  };
  clock.at(clock.now() + 1, () => void self.say(true).then(tick));
  return self;
}

/** Makes a device do what it is told: accepted at once, started, and after so long succeeded; a known id is answered. */
export function obey(device: ScriptedDevice, clock: Clock, afterMs = 5_000): void {
  device.onExecute = (order) => {
    const { commandId } = order;
    if (device.facts.has(commandId)) {
      void device.repeat(commandId);
      return;
    }
    void device.report(commandId, "accepted");
    void device.report(commandId, "started", { physical: "unknown" });
    clock.at(clock.now() + afterMs, () => void device.report(commandId, "succeeded", { result: resultOf(order) }));
  };
}

/** What a test device makes of an order: ten times the amount, half of that in oil, a fixed mass, or a new calibration. */
export function resultOf({ op, params }: Pick<Execute, "op" | "params">): Values {
  const amount = params["amount"];
  const whole = typeof amount === "object" && "value" in amount ? amount.value * 10 : 50;
  const value = params["solvent"] === "oil" ? whole / 2 : whole;
  if (op === "calibrate") return { reference: "C-2" };
  return op === "mix" || op === "measure" ? { mass: { value, unit: "g" } } : {};
}
