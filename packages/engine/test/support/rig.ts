import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createMemoryBroker, type MemoryBroker, type MemoryBus, type Payload } from "@labloop/bus";
import { createSeededIds, createVirtualClock, type VirtualClock } from "@labloop/clock";
import type { LabEvent, LabEventOf, LabEventType, Log, TopicKey } from "@labloop/contracts";
import { type Journal, openJournal } from "@labloop/journal";
import { type DesignRequest, proposeDesign } from "@labloop/optimizer";
import type { Proposer } from "@labloop/optimizer/worker";
import { onTestFinished } from "vitest";
import {
  createFolding,
  type Engine,
  type EngineEnd,
  type EngineOptions,
  type EngineState,
  emptyState,
  fold,
  type Folding,
  openEngine,
} from "../../src/index.ts";
import { mixingLab, type TestLab } from "./documents.ts";
import { obey, playDevice, type ScriptedDevice } from "./scripted-device.ts";

export const quiet: Log = { debug() {}, info() {}, warn() {}, error() {} };

/** A message as the engine gave it to the bus, and how many events the journal had then. */
export interface Published<K extends TopicKey = TopicKey> {
  readonly key: K;
  readonly name: string;
  readonly payload: Payload<K>;
  readonly recorded: number;
}

export interface RigOptions {
  readonly lab?: TestLab;
  /** In a file, so that another engine can be opened on it; otherwise in memory. */
  readonly isDurable?: boolean;
  /** Whether devices do what they are told, or only what the test says; by default they obey. */
  readonly isObeying?: boolean;
  readonly leaseLifeMs?: number;
  /** Whether the engine waits for people instead of ending as stuck. */
  readonly waitsForPeople?: boolean;
  /** How often the engine beats; so rarely by default that it is in no test's way. */
  readonly heartbeatMs?: number;
  /** Where devices are told to put large results; they say then that they can. */
  readonly blobUrl?: string;
  /** How many copies of each message the engine gets, all before it has had a turn. */
  readonly copies?: number;
  readonly propose?: Proposer["propose"];
  /** What other campaigns have left in this lab. */
  readonly before?: EngineOptions["before"];
  readonly photos?: EngineOptions["photos"];
  /** How the lab clock of the campaign runs, as the engine has it; virtual by default. */
  readonly clock?: EngineOptions["clock"];
  /** Wraps the journal of every engine, to watch it or to fail in it. */
  readonly wrapJournal?: (journal: Journal) => Journal;
}

/** An engine on a virtual clock with an in-memory broker, a real journal, and devices that the test plays. */
export interface Rig {
  readonly clock: VirtualClock;
  readonly broker: MemoryBroker;
  readonly devices: ReadonlyMap<string, ScriptedDevice>;
  /** The first device. */
  readonly device: ScriptedDevice;
  readonly file: string;
  readonly published: Published[];
  /** Questions that the optimizer was asked, by all engines of this rig. */
  readonly asked: DesignRequest[];
  /** What becomes of a message that the engine publishes; by default it is delivered. */
  onPublish: (message: Published) => "deliver" | "lose" | "reject";
  readonly engine: Engine;
  readonly journal: Journal;
  /** The link of the engine. */
  readonly bus: MemoryBus;
  end(): EngineEnd | null;
  /** Vanishes like a killed process: no goodbye, nothing more is written. */
  kill(): void;
  /** Opens another engine on the same journal, under the next epoch. */
  reopen(): void;
  /** Lets virtual time pass until the condition holds; throws when it does not within so many ms. */
  until(isDone: () => boolean, withinMs?: number): Promise<void>;
  pass(ms: number): Promise<void>;
  events<T extends LabEventType>(...types: T[]): LabEventOf<T>[];
  /** The state that folding the journal from its first event gives. */
  refold(): EngineState;
  sent<K extends TopicKey>(key: K): Published<K>[];
}

export async function openRig(options: RigOptions = {}): Promise<Rig> {
  const lab = options.lab ?? mixingLab(1);
  const clock = createVirtualClock(Date.UTC(2026, 0, 1));
  const broker = createMemoryBroker({ lab: "kitchen", clock });
  const folder = mkdtempSync(join(tmpdir(), "labloop-engine-"));
  const file = join(folder, "journal.db");
  const store = options.isDurable === true ? { file } : { memory: true as const };
  const devices = new Map(
    Object.entries(lab.caps).map(([id, caps]) => {
      const { contract } = caps;
      const features = options.blobUrl === undefined ? contract.features : [...contract.features, "http-results"];
      return [id, playDevice(broker, clock, id, { ...caps, contract: { ...contract, features } })] as const;
    }),
  );
  const [device] = devices.values();
  if (device === undefined) throw new Error("a lab without devices");
  if (options.isObeying !== false) for (const each of devices.values()) obey(each, clock);
  const asked: DesignRequest[] = [];
  const published: Published[] = [];
  let end: EngineEnd | null = null;

  function connect(): { journal: Journal; folding: Folding; bus: MemoryBus } {
    const leaseLifeMs = options.leaseLifeMs ?? 3_600_000;
    const monotonicNow = () => clock.now();
    const folding = createFolding();
    const onHistory = folding.take;
    const journal = openJournal({ ...store, onHistory, cell: "main", holder: "rig", leaseLifeMs, monotonicNow });
    return { journal, folding, bus: broker.connect({ clientId: `eng-main-${journal.lease.epoch}` }) };
  }

  let link = connect();
  let engine: Engine | null = null;

  function open(): void {
    const { journal, folding, bus } = link;
    const answer = options.propose ?? ((request) => Promise.resolve(proposeDesign(request)));
    end = null;
    engine = openEngine({
      journal: options.wrapJournal?.(journal) ?? journal,
      folding,
      bus: tapped(rig, bus, options.copies ?? 1),
      proposer: {
        propose(request) {
          asked.push(request);
          return answer(request);
        },
        close: () => Promise.resolve(),
      },
      labClock: clock,
      linkClock: clock,
      ids: createSeededIds(clock, 1, `engine/${journal.lease.epoch}`),
      recipe: lab.recipe,
      engineId: "rig",
      clock: options.clock ?? { kind: "virtual", scale: 1, labAt: clock.now(), wallAt: clock.now() },
      cell: "main",
      heartbeatMs: options.heartbeatMs ?? 3_600_000,
      log: quiet,
      ...(options.blobUrl === undefined ? {} : { blobUrl: options.blobUrl }),
      ...(options.photos === undefined ? {} : { photos: options.photos }),
      ...(options.before === undefined ? {} : { before: options.before }),
      ...(options.waitsForPeople === true ? { waitsForPeople: true } : {}),
    });
    const opened = engine;
    void opened.end.then((ended) => {
      if (engine === opened) end = ended;
    });
  }

  const rig: Rig = {
    clock,
    broker,
    devices,
    device,
    file,
    published,
    asked,
    onPublish: () => "deliver",
    get engine() {
      if (engine === null) throw new Error("no engine was opened");
      return engine;
    },
    get journal() {
      return link.journal;
    },
    get bus() {
      return link.bus;
    },
    end: () => end,
    kill() {
      link.bus.drop();
      link.journal.close();
    },
    reopen() {
      link = connect();
      open();
    },
    async until(isDone, withinMs = 600_000) {
      let isLate = false;
      const cancel = clock.at(clock.now() + withinMs, () => {
        isLate = true;
      });
      await clock.run(() => isDone() || isLate);
      cancel();
      if (!isDone()) throw new Error(`it did not happen within ${withinMs} ms of virtual time`);
    },
    async pass(ms) {
      let isOver = false;
      clock.at(clock.now() + ms, () => {
        isOver = true;
      });
      await clock.run(() => isOver);
    },
    events: <T extends LabEventType>(...types: T[]) =>
      [...rig.journal.read()]
        .map(({ event }): LabEvent => event)
        .filter((event): event is LabEventOf<T> => (types as LabEventType[]).includes(event.type)),
    refold: () => refold(rig.journal),
    sent: <K extends TopicKey>(key: K) => published.filter((message): message is Published<K> => message.key === key),
  };
  onTestFinished(() => {
    rig.journal.close();
    rmSync(folder, { recursive: true, force: true });
  });
  open();
  return rig;
}

/** Returns the state that folding a journal from its first event gives. */
export function refold(journal: Journal): EngineState {
  let state = emptyState;
  for (const { event, labAt, wallAt } of journal.read()) state = fold(state, event, { labAt, wallAt }).state;
  return state;
}

/** The bus as the engine has it: everything that goes out is noted, and the test decides what becomes of it. */
function tapped(rig: Rig, bus: MemoryBus, copies: number): MemoryBus {
  const tap: Pick<MemoryBus, "publish" | "subscribe"> = {
    subscribe(subscription) {
      return bus.subscribe({
        ...subscription,
        onDelivery(delivery) {
          for (let n = 0; n < copies; n++) subscription.onDelivery(delivery);
        },
      });
    },
    async publish(key, name, payload) {
      const message: Published = { key, name, payload, recorded: rig.journal.head().seq };
      rig.published.push(message);
      const fate = rig.onPublish(message);
      if (fate === "reject") throw new Error("the broker did not take it");
      if (fate === "deliver") await bus.publish(key, name, payload);
    },
  };
  return new Proxy(bus, { get: (target, name) => Reflect.get(name in tap ? tap : target, name) });
}
