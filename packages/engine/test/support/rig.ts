import { createMemoryBroker, type MemoryBus } from "@labloop/bus";
import { createSeededIds, createVirtualClock, type VirtualClock } from "@labloop/clock";
import type { LabEvent, LabEventOf, LabEventType, Log } from "@labloop/contracts";
import { type Journal, openJournal } from "@labloop/journal";
import { propose } from "@labloop/optimizer";
import { type Engine, type EngineEnd, openEngine } from "../../src/index.ts";
import { mixingRecipe } from "./documents.ts";
import { playDevice, type ScriptedDevice } from "./scripted-device.ts";

const quiet: Log = { debug() {}, info() {}, warn() {}, error() {} };

export interface Rig {
  readonly clock: VirtualClock;
  readonly journal: Journal;
  readonly bus: MemoryBus;
  readonly device: ScriptedDevice;
  engine: Engine;
  /** Lets virtual time pass until the condition holds, or so many ms have gone by. */
  until(isDone: () => boolean, withinMs?: number): Promise<void>;
  events<T extends LabEventType>(type: T): LabEventOf<T>[];
  end(): EngineEnd | null;
}

export interface RigOptions {
  readonly experiments?: number;
  readonly file?: string;
  /** What was left by an engine before. */
  readonly clock?: VirtualClock;
  readonly device?: (device: ScriptedDevice) => void;
  readonly spyBus?: (bus: MemoryBus, journal: Journal) => MemoryBus;
}

/** An engine on a virtual clock with an in-memory broker, a real journal, and one device that the test plays. */
export async function openRig(options: RigOptions = {}): Promise<Rig> {
  const clock = options.clock ?? createVirtualClock(Date.UTC(2026, 0, 1));
  const broker = createMemoryBroker({ lab: "kitchen", clock });
  const store = options.file === undefined ? { memory: true as const } : { file: options.file };
  const journal = openJournal({
    ...store,
    cell: "main",
    holder: "rig",
    leaseLifeMs: 3_600_000,
    monotonicNow: () => clock.now(),
  });
  const { epoch } = journal.lease;
  const device = playDevice(broker.connect({ clientId: "dev-mixer-1" }), clock);
  options.device?.(device);
  const link = broker.connect({ clientId: `eng-main-${epoch}` });
  const bus = options.spyBus?.(link, journal) ?? link;
  let end: EngineEnd | null = null;
  const engine = openEngine({
    journal,
    bus,
    proposer: { propose: (request) => Promise.resolve(propose(request)), close: () => Promise.resolve() },
    labClock: clock,
    linkClock: clock,
    ids: createSeededIds(clock, 1, `engine/${epoch}`),
    recipe: mixingRecipe(options.experiments ?? 1),
    engineId: "rig",
    clock: { kind: "virtual", scale: 1, labAt: clock.now(), wallAt: clock.now() },
    cell: "main",
    log: quiet,
  });
  void engine.end.then((ended) => {
    end = ended;
  });
  const events = <T extends LabEventType>(type: T) =>
    [...journal.read()]
      .map(({ event }): LabEvent => event)
      .filter((event): event is LabEventOf<T> => event.type === type);
  const rig: Rig = {
    clock,
    journal,
    bus: link,
    device,
    engine,
    events,
    end: () => end,
    async until(isDone, withinMs = 600_000) {
      const limit = clock.now() + withinMs;
      let isLate = false;
      const cancel = clock.at(limit, () => {
        isLate = true;
      });
      await clock.run(() => isDone() || isLate);
      cancel();
      if (!isDone()) throw new Error(`it did not happen within ${withinMs} ms of virtual time`);
    },
  };
  // Heartbeats keep the device alive for as long as the test lets time pass.
  const beat = () => {
    if (!device.isDeaf) void device.beat();
    clock.at(clock.now() + 1_000, beat);
  };
  void clock.at(clock.now() + 1, () => void device.born().then(beat));
  return rig;
}
