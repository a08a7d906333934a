import { createSeededIds, createVirtualClock, randomStream } from "@labloop/clock";
import { type Clock, type Execute, type LabEvent, type Log, type RecordedEvent } from "@labloop/contracts";
import {
  createMemoryMedium,
  createStreamPair,
  type DeviceStore,
  type MemoryMedium,
  openDevice,
  openMemoryStore,
  type RunningDevice,
} from "@labloop/driver";
import { type Engine, emptyState, fold, openEngine } from "@labloop/engine";
import type { Journal } from "@labloop/journal";
import { propose } from "@labloop/optimizer";
import { hash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { audit } from "./auditor.ts";
import { createEngineDisk } from "./disk.ts";
import { definitionOf, deviceIds, type Hands, recipeOf } from "./lab.ts";
import { type FaultKind, faultKinds, type MessageFault, type Mix } from "./mix.ts";
import { createNetwork, type Link, type Passing } from "./network.ts";
import { answer } from "./person.ts";
import { wireFaults } from "./wire-faults.ts";
import { type Act, createWorld, massOf } from "./world.ts";

const quiet: Log = { debug() {}, info() {}, warn() {}, error() {} };
const startAt = Date.UTC(2026, 0, 5, 8);
/** How long faults last, and how long a lab may take to come to its end after them, ms of virtual time. */
const troubleMs = 600_000;
const calmMs = 3_600_000;
/** Slower than usual, so that a simulated campaign is not mostly heartbeats, ms. */
const beatMs = 2_500;

/** One fault: at the n-th point at which anything is persisted, sent or touched, or else at a time. */
export interface PlannedFault {
  readonly kind: FaultKind | MessageFault;
  readonly point: number;
  /** Which device it hits, where it hits one. */
  readonly device: string;
  readonly lastsMs: number;
}

export interface Simulation {
  readonly seed: number;
  readonly mix: Mix;
  /** Instead of faults drawn from the mix. */
  readonly faults?: readonly PlannedFault[];
  readonly onTrace?: (line: string) => void;
}

export interface SimulationResult {
  readonly findings: readonly string[];
  /** Of everything that was sent, recorded and done. */
  readonly digest: string;
  /** Persist, send and touch points passed until the campaign had ended. */
  readonly points: number;
  readonly acts: number;
  readonly steps: number;
  readonly doubts: number;
  /** Doubts that no person had to settle. */
  readonly settledAlone: number;
  /** Restarts of a driver that found its act still going on. */
  readonly foundRunning: number;
  /** Crashes that hit while an instrument was moving. */
  readonly hitMidAct: number;
  readonly injected: Readonly<Record<string, number>>;
  readonly virtualMs: number;
}

interface Birth {
  readonly bootId: string;
  readonly bdSeq: number;
}

interface DeviceProcess {
  readonly link: Link | null;
  isAlive: boolean;
  running: RunningDevice | null;
}

interface EngineProcess {
  isAlive: boolean;
  engine: Engine | null;
  link: Link | null;
}

/** Runs one campaign in a lab where things go wrong, all of it from the seed, and audits it. */
export async function simulate({ seed, mix, faults, onTrace }: Simulation): Promise<SimulationResult> {
  const clock = createVirtualClock(startAt);
  const draw = randomStream(seed, "fault");
  const below = (n: number) => Math.floor(draw() * n);
  const world = createWorld(deviceIds);
  const recipe = recipeOf();
  const disk = createEngineDisk();
  const digest: string[] = [];
  const injected: Record<string, number> = {};
  const trace = (line: () => string) => onTrace?.(`${((clock.now() - startAt) / 1_000).toFixed(3)} s  ${line()}`);
  const note = (kind: string) => {
    injected[kind] = (injected[kind] ?? 0) + 1;
    trace(() => `fault ${kind}`);
  };
  const findings: string[] = [];
  const everCommitted: LabEvent[] = [];
  const captured: Execute[] = [];
  const delivered = new Map<string, Set<number>>();
  const saidFence = new Map<string, number>();
  const saidStop = new Map<string, number>();
  const stops = new Map<string, { stopId: number; active: boolean }>();
  const localSince = new Map<string, boolean>();
  const states: Passing[] = [];
  const skews = new Map<string, number>();
  let isCalm = false;
  let isRetainedNext = false;
  const receivedAt = new Map<string, number>();
  const staleDeathAt = new Map<string, number>();
  const hasLostJournal = new Set<string>();
  /** Devices that have answered a reconcile since they booted, and orders that came to one which had not. */
  const isReconciled = new Set<string>();
  const premature = new Set<string>();
  let points = 0;
  let foundRunning = 0;
  let hitMidAct = 0;
  let engineDownMs = 0;
  let downSince: number | null = null;
  let isEngineDiskFull = false;
  let oldCopy: ReturnType<typeof disk.copy> | null = null;
  let copiedAt = startAt;
  const brokenDisks = new Set<string>();
  const fullAtStart = new Map<string, () => void>();

  // Faults, in the order of their points.
  const planned = [...(faults ?? drawFaults())].sort((a, b) => a.point - b.point);
  const messageFaults = planned.filter(({ kind }) => kind === "drop" || kind === "duplicate" || kind === "delay");

  function drawFaults(): PlannedFault[] {
    const kinds = Object.entries(mix.weights) as [FaultKind, number][];
    const total = kinds.reduce((sum, [, weight]) => sum + weight, 0);
    return Array.from({ length: mix.faults === 0 ? 0 : 1 + below(mix.faults) }, () => {
      let left = draw() * total;
      const [kind = "engineCrash"] = kinds.find(([, weight]) => (left -= weight) < 0) ?? [];
      const device = deviceIds[below(deviceIds.length)] ?? "caster-1";
      // Now and then one lasts so long that hard deadlines pass meanwhile.
      const lastsMs = (500 + below(30_000)) * (draw() < 0.15 ? 10 : 1);
      return { kind, point: 20 + below(500), device, lastsMs };
    });
  }

  const network = createNetwork({
    clock,
    point: (clientId) => passPoint(clientId),
    delayMs: () => 1 + below(mix.longestDelayMs),
    fate(passing) {
      if (isRetainedNext && passing.key === "command") {
        // A broker that keeps what it must not keep: the order comes with the retain flag only.
        isRetainedNext = false;
        network.inject("command", passing.name, passing.payload, true);
        return "drop";
      }
      const isKept = passing.key === "state" || passing.key === "caps" || passing.key === "engine";
      if (isKept || passing.key === "estop" || isCalm) return null;
      const isChosen = (messageFaults[0]?.point ?? Number.POSITIVE_INFINITY) <= points;
      const fate = isChosen ? (messageFaults.shift()?.kind as MessageFault) : drawFate();
      if (fate !== null) note(fate);
      return fate;
    },
    onSent(passing) {
      const text = JSON.stringify(passing.payload);
      digest.push(`${clock.now()} ${passing.from} ${passing.key} ${text}`);
      trace(() => `${passing.from} -> ${passing.key} ${passing.name} ${text}`);
      const payload = passing.payload as { kind: string; fence?: number; device?: string };
      if (payload.kind === "execute") captured.push(payload as unknown as Execute);
      if (payload.kind === "state") states.push(passing);
      if (payload.kind === "snapshot") isReconciled.add(passing.name);
      findings.push(...wireFaults(passing, { everCommitted, media, saidFence, saidStop }));
      if (passing.key === "report" && payload.fence !== undefined) {
        saidFence.set(passing.name, Math.max(saidFence.get(passing.name) ?? 0, payload.fence));
      }
    },
    onDelivered(clientId, { key, payload, retained }) {
      const device = clientId.slice(4);
      if (!clientId.startsWith("dev-")) return;
      if (key === "command" && !retained) {
        const { commandId, epoch } = payload as unknown as Execute;
        const epochs = delivered.get(commandId) ?? new Set();
        delivered.set(commandId, epochs.add(epoch));
        if (isReconciled.has(device)) premature.delete(commandId);
        else if (epochs.size === 1 && !receivedAt.has(commandId)) premature.add(commandId);
        receivedAt.set(commandId, clock.now());
      }
      if (key === "estop") hearStop(device, payload as unknown as { stopId: number; active: boolean });
      const { estop } = payload as unknown as { estop?: { stopId: number; active: boolean } };
      if (key === "control" && estop !== undefined && estop.active) hearStop(device, estop);
    },
  });

  function drawFate(): MessageFault | null {
    if (mix.messages.drop + mix.messages.duplicate + mix.messages.delay === 0) return null;
    const at = draw();
    if (at < mix.messages.drop) return "drop";
    if (at < mix.messages.drop + mix.messages.duplicate) return "duplicate";
    return at < mix.messages.drop + mix.messages.duplicate + mix.messages.delay ? "delay" : null;
  }

  function hearStop(device: string, { stopId, active }: { stopId: number; active: boolean }): void {
    const known = stops.get(device) ?? { stopId: 0, active: false };
    if (stopId > known.stopId || (stopId === known.stopId && active)) stops.set(device, { stopId, active });
  }

  /** A point at which any process may meet what was planned for it. */
  function passPoint(clientId: string): void {
    points++;
    if (isCalm) return;
    while ((planned[0]?.point ?? Number.POSITIVE_INFINITY) <= points) {
      const fault = planned.shift();
      if (fault !== undefined && faultKinds.includes(fault.kind as FaultKind)) strike(fault, clientId);
    }
  }

  function strike(fault: PlannedFault, at: string): void {
    const { kind, lastsMs } = fault;
    // A crash hits whoever is at the point, when it is a device's, so that it falls between a write and what follows.
    const device = at.startsWith("dev-") ? at.slice(4) : fault.device;
    const soon = (ms: number, work: () => void) => clock.at(clock.now() + ms, work);
    const busy = [...world.plants.values()].some(({ busyUntil }) => busyUntil > clock.now());
    if (busy && kind.endsWith("Crash")) hitMidAct++;
    note(kind);
    switch (kind) {
      case "engineCrash":
        return crashEngine(lastsMs);
      case "deviceCrash":
        return crashDevice(device, lastsMs);
      case "brokerCrash":
        return network.crashBroker(lastsMs);
      case "allCrash":
        crashEngine(lastsMs);
        for (const id of deviceIds) crashDevice(id, lastsMs);
        return network.crashBroker(lastsMs / 2);
      case "partition": {
        const link = devices.get(device)?.link;
        if (link == null) return;
        link.isolated = true;
        soon(lastsMs, () => {
          link.isolated = false;
          link.cut(1);
        });
        return;
      }
      case "linkCut":
        devices.get(device)?.link?.cut(lastsMs);
        return;
      case "wireCut":
        wires.get(device)?.();
        return;
      case "deviceDisk":
        // At once, or when the next act is about to begin; then an E-STOP may come on top of it.
        if (draw() < 0.5) {
          brokenDisks.add(device);
          soon(lastsMs, () => brokenDisks.delete(device));
        } else {
          const isStopped = draw() < 0.5;
          fullAtStart.set(device, () => {
            brokenDisks.add(device);
            soon(lastsMs, () => brokenDisks.delete(device));
            if (isStopped) soon(1_000, raiseStop);
          });
        }
        return;
      case "engineDisk":
        isEngineDiskFull = true;
        soon(lastsMs, () => {
          isEngineDiskFull = false;
        });
        return;
      case "slowDisk":
        skews.set(device, (skews.get(device) ?? 0) + lastsMs / 20);
        return;
      case "usurp": {
        const old = process;
        if (old === null || old.link === null) return;
        const link = old.link;
        link.isolated = true;
        process = null;
        soon(1, bootEngine);
        soon(lastsMs, () => {
          link.isolated = false;
        });
        soon(lastsMs + 60_000, () => {
          old.isAlive = false;
          link.die();
        });
        return;
      }
      case "replay":
        return soon2(lastsMs, replay);
      case "forge": {
        const last = captured.findLast((order) => order.device === fault.device);
        if (last === undefined) return;
        const forged = { ...last, params: { ...last.params, amount: { value: 40, unit: "mL" } } };
        // The forgery comes first under a number of its own, as a corrupted order would.
        network.inject("command", last.device, {
          ...forged,
          commandId: last.commandId.replace(/\.\d+$/, ".9999"),
          dseq: last.dseq + 7_000,
        });
        network.inject("command", last.device, forged);
        return;
      }
      case "retained":
        for (const order of captured) network.inject("command", order.device, order, true);
        isRetainedNext = true;
        return;
      case "staleWill": {
        const known = states.filter(({ name }) => name === device).map(({ payload }) => payload as Birth);
        const last = known.at(-1);
        const old = known.find(({ bootId, bdSeq }) => bootId !== last?.bootId || bdSeq !== last.bdSeq);
        if (old === undefined) return;
        staleDeathAt.set(device, clock.now());
        network.inject("state", device, { ...old, online: false });
        return;
      }
      case "estop":
        raiseStop();
        return;
      case "local": {
        const running = devices.get(device)?.running;
        if (running == null) return;
        void running.takeLocal("Bob").then((taken) => {
          if (taken.ok) localSince.set(device, true);
        });
        soon(lastsMs, () => giveBack(device));
        return;
      }
      case "restore":
        oldCopy = disk.copy();
        copiedAt = clock.now();
        return soon2(20_000 + lastsMs, () => crashEngine(1_000, true));
      case "drop":
      case "duplicate":
      case "delay":
        return;
      case "deviceJournalLost":
        // Then somebody repeats what was ever sent to it: soon after it is back, or before any engine is.
        if (draw() < 0.5) crashEngine(lastsMs + 10_000);
        soon(lastsMs + 1_000, replay);
        return crashDevice(device, lastsMs, true);
    }
  }

  const soon2 = (ms: number, work: () => void) => void clock.at(clock.now() + ms, work);

  function raiseStop(): void {
    process?.engine?.submit({ type: "estop.raise", by: { kind: "operator", name: "Ada" }, reason: "smoke" });
  }

  function replay(): void {
    for (const order of captured) network.inject("command", order.device, order);
  }

  function giveBack(device: string): void {
    const running = devices.get(device)?.running;
    if (running == null || running.local() === null) {
      if (running?.local() === null) localSince.delete(device);
      if (running == null) soon2(2_000, () => giveBack(device));
      return;
    }
    localSince.delete(device);
    void running.returnLocal().then((given) => {
      if (given.ok) return;
      localSince.set(device, true);
      soon2(2_000, () => giveBack(device));
    });
  }

  // Devices.
  const media = new Map<string, MemoryMedium>(deviceIds.map((id) => [id, createMemoryMedium()]));
  const devices = new Map<string, DeviceProcess>();
  const wires = new Map<string, () => void>();
  const boots = new Map<string, number>();

  function skewed(device: string): Clock {
    const drift = 1 + ((randomStream(seed, device, "drift")() * 2 - 1) * mix.driftPpm) / 1e6;
    const base = (randomStream(seed, device, "skew")() * 2 - 1) * mix.skewMs;
    const offset = () => base + (skews.get(device) ?? 0);
    return {
      now: () => Math.floor(startAt + (clock.now() - startAt) * drift + offset() + 1e-6),
      at: (time, fire) => clock.at(Math.ceil(startAt + (time - startAt - offset()) / drift), fire),
    };
  }

  function bootDevice(device: string): void {
    const medium = media.get(device)!;
    isReconciled.delete(device);
    const boot = (boots.get(device) ?? 0) + 1;
    boots.set(device, boot);
    const linkClock = skewed(device);
    const ids = createSeededIds(linkClock, seed, `${device}/${boot}`);
    const clientId = `dev-${device}`;
    let link: Link | null = null;
    const self = {
      isAlive: true,
      running: null as RunningDevice | null,
      get link() {
        return link;
      },
    };
    devices.set(device, self);
    const plant = world.plants.get(device)!;
    const point = () => {
      passPoint(clientId);
      if (!self.isAlive) throw new Error("this process is dead");
    };
    const hands: Hands = {
      plant,
      now: () => clock.now(),
      touch(stream) {
        if (!self.isAlive) throw new Error("this process is dead");
        point();
        if (!stream.isOpen) throw new Error("the wire is cut");
      },
      actuate: (op, params, durationMs) => {
        if (!self.isAlive) throw new Error("this process is dead");
        actuate(device, op, params, durationMs);
        point();
      },
    };
    if (plant.busyUntil > clock.now() && boot > 1) foundRunning++;
    const store = guarded(openMemoryStore({ medium, ids }), device, point, () => self.isAlive);
    openDevice({
      definition: definitionOf(device, hands),
      deviceId: device,
      config: {},
      mode: "simulated",
      connect(will) {
        const opened = network.connect({ clientId, will });
        link = opened;
        if (!self.isAlive) opened.die();
        return opened;
      },
      store,
      async openWire() {
        const [near] = createStreamPair(clock, { delayMs: 1 });
        wires.set(device, () => near.close());
        return near;
      },
      labClock: clock,
      linkClock,
      ids,
      heartbeatMs: beatMs,
      log: quiet,
    }).then(
      (running) => {
        self.running = running;
        if (!self.isAlive) running.kill();
      },
      () => {
        medium.isInUse = false;
        if (!self.isAlive) return;
        self.isAlive = false;
        soon2(2_000, () => bootDevice(device));
      },
    );
  }

  function crashDevice(device: string, forMs: number, losesJournal = false): void {
    const dying = devices.get(device);
    if (dying === undefined || !dying.isAlive) return;
    dying.isAlive = false;
    const kill = () => {
      dying.running?.kill();
      dying.link?.die();
      media.get(device)!.isInUse = false;
    };
    // The last write has to return, or throw, before its store is closed under it.
    queueMicrotask(kill);
    soon2(forMs, () => {
      const medium = media.get(device)!;
      if (losesJournal) {
        hasLostJournal.add(device);
        medium.content = null;
        // A new journal knows no fence, no stop and no holder.
        saidFence.delete(device);
        saidStop.delete(device);
        stops.delete(device);
        localSince.delete(device);
      }
      bootDevice(device);
    });
  }

  function guarded(store: DeviceStore, device: string, point: () => void, isAlive: () => boolean): DeviceStore {
    return new Proxy(store, {
      get(target, name) {
        if (name !== "write") return Reflect.get(target, name);
        return (change: Parameters<DeviceStore["write"]>[0]) => {
          if (!isAlive()) throw new Error("this process is dead");
          point();
          if (change.record?.state === "started" && !isCalm) {
            fullAtStart.get(device)?.();
            fullAtStart.delete(device);
          }
          if (brokenDisks.has(device)) throw new Error("the disk is full");
          target.write(change);
          point();
          return target.head;
        };
      },
    });
  }

  function actuate(device: string, op: string, params: Parameters<Hands["actuate"]>[1], durationMs: number): void {
    const plant = world.plants.get(device)!;
    const { value } = params["amount"] as { value: number };
    const content = media.get(device)?.content;
    const same = [...(content?.records.values() ?? [])]
      .filter(({ order }) => order?.op === op && JSON.stringify(order.params) === JSON.stringify(params))
      .sort((a, b) => a.dseq - b.dseq);
    const record =
      same.findLast(({ state }) => state === "started") ??
      same.findLast(({ settledAt }) => settledAt === null) ??
      same.at(-1);
    const commandId = record?.commandId ?? null;
    const wrong: string[] = [];
    if (stops.get(device)?.active === true) wrong.push("I6: it moved between an E-STOP and its end");
    if (localSince.get(device) === true) wrong.push("I11: it moved while staff had the instrument");
    const ttlMs = captured.findLast((order) => order.commandId === commandId)?.ttlMs ?? 30_000;
    const ageMs = clock.now() - (receivedAt.get(commandId ?? "") ?? clock.now());
    if (commandId !== null && premature.has(commandId)) wrong.push("D11: it was ordered before the first reconcile");
    if (ageMs > ttlMs + 2_000) wrong.push(`D4: it began ${ageMs} ms after its order, which was good for ${ttlMs} ms`);
    if (plant.busyUntil > clock.now()) wrong.push("I1: it began while another act was under way");
    const fence = saidFence.get(device) ?? 0;
    if (commandId !== null && Math.max(0, ...(delivered.get(commandId) ?? [])) < fence) {
      wrong.push(`I6: it moved below the fence ${fence}`);
    }
    if (
      commandId !== null &&
      !everCommitted.some((event) => event.type === "step.intended" && event.commandId === commandId)
    ) {
      wrong.push("I3: no durable intent stood before it");
    }
    const act: Act = {
      device,
      op,
      amount: value,
      at: clock.now(),
      commandId,
      wasStarted: record?.state === "started",
      params,
      wrong,
    };
    world.acts.push(act);
    plant.count++;
    plant.act = act;
    plant.busyUntil = clock.now() + durationMs;
    if (op === "measure") plant.reading = massOf(value);
    digest.push(`${clock.now()} act ${device} ${op} ${value} ${commandId}`);
    trace(() => `ACT ${device} ${op} ${value} ${commandId} ${wrong.join("; ")}`);
  }

  // The engine.
  let process: EngineProcess | null = null;
  let engineBoots = 0;
  let journal: Journal | null = null;
  let lastEngine: Engine | null = null;
  let isEnded = false;

  function bootEngine(): void {
    if (process !== null || isEnded) return;
    const self: EngineProcess = { isAlive: true, engine: null, link: null };
    process = self;
    engineBoots++;
    const boot = engineBoots;
    try {
      const opened = disk.open(
        {
          isDead: () => !self.isAlive,
          isFull: () => isEngineDiskFull,
          point: () => passPoint(`eng-${boot}`),
          onCommitted(events) {
            everCommitted.push(...events);
            for (const event of events) {
              digest.push(JSON.stringify(event));
              if (
                event.type === "device.lost" &&
                event.reason === "will" &&
                staleDeathAt.get(event.device) === clock.now() &&
                devices.get(event.device)?.link?.isUp === true
              ) {
                findings.push(`D1: the death of an earlier connection of ${event.device} was believed`);
              }
              trace(() => `journal ${JSON.stringify(event)}`);
            }
          },
        },
        () => clock.now(),
      );
      journal = opened;
      const link = network.connect({ clientId: `eng-main-${boot}` });
      self.link = link;
      const engine = openEngine({
        journal: opened,
        bus: link,
        proposer: { propose: (request) => Promise.resolve(propose(request)), close: () => Promise.resolve() },
        labClock: clock,
        linkClock: clock,
        ids: createSeededIds(clock, seed, `engine/${boot}`),
        recipe,
        engineId: `engine-${boot}`,
        clock: { kind: "virtual", scale: 1, labAt: startAt, wallAt: startAt },
        cell: "main",
        heartbeatMs: beatMs,
        log: quiet,
        waitsForPeople: true,
      });
      self.engine = engine;
      lastEngine = engine;
      if (downSince !== null) engineDownMs += clock.now() - downSince;
      downSince = null;
      void engine.end.then((end) => {
        if (end.kind === "broken") {
          trace(() => `engine broken: ${end.error.message}`);
          if (process === self) crashEngine(3_000);
        } else if (process === self) isEnded = true;
      });
      if (!self.isAlive) link.die();
    } catch (error) {
      trace(() => `engine did not open: ${String(error)}`);
      if (process === self || process === null) {
        process = self;
        crashEngine(3_000);
      }
    }
  }

  function crashEngine(forMs: number, restoresCopy = false): void {
    const dying = process;
    if (dying === null || isEnded) return;
    process = null;
    dying.isAlive = false;
    dying.link?.die();
    downSince ??= clock.now();
    soon2(forMs, () => {
      if (restoresCopy && oldCopy !== null && process === null) {
        disk.restore(oldCopy);
        // What happened since is forgotten, so no deadline can have been kept meanwhile.
        engineDownMs += clock.now() - copiedAt;
      }
      bootEngine();
    });
  }

  // The run.
  for (const device of deviceIds) bootDevice(device);
  bootEngine();
  const person = () => {
    const engine = process?.engine;
    if (engine != null && process?.isAlive === true) {
      answer({ engine, world, now: clock.now(), draw, isCalm, trace: (line) => trace(() => line) });
    }
    for (const device of deviceIds) if (isCalm && devices.get(device)?.running?.local() != null) giveBack(device);
    clock.at(clock.now() + 5_000, person);
  };
  clock.at(startAt + 5_000, person);
  clock.at(startAt + troubleMs, () => {
    isCalm = true;
    brokenDisks.clear();
    isEngineDiskFull = false;
  });
  const lastly = startAt + troubleMs + calmMs;
  await clock.run(() => isEnded || clock.now() >= lastly);
  const [endedAt, pointsToEnd] = [clock.now(), points];
  if (!isEnded) {
    const waiting = (lastEngine as Engine | null)?.explain() ?? [];
    findings.push(`progress: the campaign did not end, though a person answers everything: ${JSON.stringify(waiting)}`);
  }
  // Whatever was ever sent may come once more, and a stale controller repeats all of it.
  isCalm = true;
  replay();
  const waits = clock.now() + 30_000;
  clock.at(waits, () => {});
  await clock.run(() => clock.now() >= waits);

  const records: RecordedEvent[] = [...(journal as Journal | null)!.read()];
  let refolded = emptyState;
  for (const { event, labAt, wallAt } of records) refolded = fold(refolded, event, { labAt, wallAt }).state;
  if (isEnded && !isDeepStrictEqual((lastEngine as Engine | null)?.state(), refolded)) {
    findings.push("I7: folding the journal anew does not give the live state");
  }
  const events = records.map(({ event, wallAt }) => ({ ...event, wallAt }));
  findings.push(
    ...audit({ events, everIntended: everCommitted, acts: world.acts, media, hasLostJournal, engineDownMs, points }),
  );
  const doubted = new Set(events.flatMap((event) => (event.type === "step.doubted" ? [event.commandId] : [])));
  const byPerson = new Set(
    events.flatMap((event) => (event.type === "step.resolved" && event.by !== null ? [event.commandId] : [])),
  );
  for (const { running } of devices.values()) running?.kill();
  return {
    findings: [...new Set(findings)],
    digest: hash("sha256", digest.join("\n")),
    points: pointsToEnd,
    acts: world.acts.length,
    steps: events.filter(({ type }) => type === "step.intended").length,
    doubts: doubted.size,
    settledAlone: [...doubted].filter((id) => !byPerson.has(id)).length,
    foundRunning,
    hitMidAct,
    injected,
    virtualMs: endedAt - startAt,
  };
}
