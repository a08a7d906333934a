import { mkdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { createMemoryBroker, type MemoryBus } from "@labloop/bus";
import { loadCampaign } from "@labloop/cli";
import { createSeededIds, createVirtualClock, type VirtualClock } from "@labloop/clock";
import type { LabEvent, LabEventOf, LabEventType, ProposeAnswer } from "@labloop/contracts";
import { openDevice, openSqliteStore, type RunningDevice } from "@labloop/driver";
import { type Engine, type EngineEnd, openEngine } from "@labloop/engine";
import { type Journal, openJournal } from "@labloop/journal";
import { type DesignRequest, proposeDesign } from "@labloop/optimizer";
import type { World, WorldModule } from "@labloop/simulator";
import { demoCampaign } from "./launch.ts";

const quiet = { debug() {}, info() {}, warn() {}, error() {} };

/** The demo campaign in one process and in virtual time, with a handle on everything. */
export interface VirtualLab {
  readonly clock: VirtualClock;
  readonly world: World;
  readonly engine: Engine;
  readonly journal: Journal;
  end(): EngineEnd | null;
  events<T extends LabEventType>(...types: T[]): LabEventOf<T>[];
  pass(ms: number): Promise<void>;
  /** Lets virtual time pass until the condition holds; throws when it does not within so many hours. */
  until(isDone: () => boolean, withinHours?: number): Promise<void>;
  /** Engine, drivers and broker vanish without goodbye; the world goes on. */
  kill(): void;
  /** Starts engine, drivers and another broker, on what the last ones left in the folder. */
  boot(): Promise<void>;
  close(): Promise<void>;
}

/** What a virtual lab runs, where that is not the demo campaign, and whoever proposes in place of the optimizer. */
interface VirtualCampaign {
  readonly file?: string;
  readonly propose?: (question: DesignRequest) => ProposeAnswer;
}

/** Starts the demo campaign, or another, in a folder laid out as by the command line. */
export async function openVirtualLab(
  data: string,
  seed: number,
  { file = demoCampaign, propose = proposeDesign }: VirtualCampaign = {},
): Promise<VirtualLab> {
  const loaded = await loadCampaign(file);
  if (!loaded.ok) throw new Error(loaded.faults.map(({ message }) => message).join("\n"));
  const campaign = loaded.value;
  const { lab } = campaign;
  const { document, definitions, tables } = lab;
  mkdirSync(join(data, "devices"), { recursive: true });
  const clock = createVirtualClock(Date.UTC(2026, 0, 1));
  const module = (await import(pathToFileURL(resolve(dirname(lab.path), document.world ?? "")).href)) as {
    default: WorldModule;
  };
  const plants = Object.entries(document.devices).flatMap(([id, { transport, config }]) =>
    typeof transport === "object" && "plant" in transport ? [[id, { plant: transport.plant, config }] as const] : [],
  );
  const world = await module.default.open({
    folder: join(data, "world"),
    seed,
    labClock: clock,
    linkClock: clock,
    wires: "memory",
    devices: Object.fromEntries(plants),
    places: document.places,
    tables: Object.fromEntries(Object.entries(tables).map(([name, { rows }]) => [name, rows])),
  });

  interface Process {
    readonly engine: Engine;
    readonly journal: Journal;
    readonly bus: MemoryBus;
    readonly devices: readonly RunningDevice[];
  }
  let process: Process | null = null;
  let end: EngineEnd | null = null;
  let recorded: LabEvent[] = [];
  const running = (): Process => {
    if (process === null) throw new Error("the lab was not booted");
    return process;
  };

  async function until(isDone: () => boolean, withinHours = 200): Promise<void> {
    let isLate = false;
    const cancel = clock.at(clock.now() + withinHours * 3_600_000, () => {
      isLate = true;
    });
    await clock.run(() => isDone() || isLate);
    cancel();
    if (!isDone()) throw new Error(`it did not happen within ${withinHours} hours of virtual time`);
  }

  async function inTime<T>(act: Promise<T>): Promise<T> {
    let isOver = false;
    const over = () => {
      isOver = true;
    };
    act.then(over, over);
    await until(() => isOver);
    return act;
  }

  const self: VirtualLab = {
    clock,
    world,
    get engine() {
      return running().engine;
    },
    get journal() {
      return running().journal;
    },
    end: () => end,
    events: <T extends LabEventType>(...types: T[]) =>
      recorded.filter((event): event is LabEventOf<T> => (types as LabEventType[]).includes(event.type)),
    async pass(ms) {
      const until = clock.now() + ms;
      clock.at(until, () => undefined);
      await clock.run(() => clock.now() >= until);
    },
    until,
    kill() {
      const { bus, devices, journal } = running();
      bus.drop();
      for (const device of devices) device.kill();
      journal.close();
      process = null;
    },
    async boot() {
      end = null;
      const broker = createMemoryBroker({ lab: document.lab, clock });
      const journal = openJournal({
        file: join(data, "journal.db"),
        cell: "main",
        holder: "virtual-lab",
        leaseLifeMs: 3_600_000,
        monotonicNow: () => clock.now(),
      });
      recorded = [];
      journal.subscribe(1, ({ event }) => void recorded.push(event));
      const { epoch } = journal.lease;
      const idsOf = (who: string) => createSeededIds(clock, seed, `${who}/${epoch}`);
      const opening = Object.entries(document.devices).map(([deviceId, { config }]) => {
        const definition = definitions[deviceId];
        if (definition === undefined) throw new Error(`no driver was loaded for ${deviceId}`);
        const ids = idsOf(deviceId);
        return openDevice({
          definition,
          deviceId,
          config,
          mode: document.mode,
          connect: (will) => broker.connect({ clientId: `dev-${deviceId}`, will }),
          store: openSqliteStore({ path: join(data, "devices", `${deviceId}.db`), ids }),
          openWire: () => world.openWire(deviceId),
          labClock: clock,
          linkClock: clock,
          ids,
          heartbeatMs: 60_000,
          log: quiet,
        });
      });
      const devices = await inTime(Promise.all(opening));
      const bus = broker.connect({ clientId: `eng-main-${epoch}` });
      const engine = openEngine({
        journal,
        bus,
        proposer: { propose: (question) => Promise.resolve(propose(question)), close: () => Promise.resolve() },
        labClock: clock,
        linkClock: clock,
        ids: idsOf("engine"),
        recipe: campaign.recipe(seed, { kind: "operator", name: "tester" }),
        engineId: `virtual-${epoch}`,
        clock: { kind: "virtual", scale: 1, labAt: clock.now(), wallAt: clock.now() },
        cell: "main",
        log: quiet,
      });
      const booted = { engine, journal, bus, devices };
      process = booted;
      void engine.end.then((ended) => {
        if (process === booted) end = ended;
      });
    },
    async close() {
      const { engine, journal, devices } = running();
      await inTime(engine.close());
      for (const device of devices) device.kill();
      journal.close();
      await world.close();
    },
  };
  await self.boot();
  return self;
}
