import { createMemoryBroker, type MemoryBus } from "@labloop/bus";
import { createSeededIds, createVirtualClock } from "@labloop/clock";
import { type Clock, type Log, sleep, Values } from "@labloop/contracts";
import { sha256 } from "@labloop/contracts/digest";
import {
  type ByteStream,
  createMemoryMedium,
  createStreamPair,
  type DeviceDefinition,
  type Evidence,
  openDevice,
  openMemoryStore,
} from "@labloop/driver";
import { openJournal } from "@labloop/journal";
import { proposeDesign } from "@labloop/optimizer";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type EngineEnd, openEngine } from "../src/index.ts";
import { castingLab, type TestLab } from "./support/documents.ts";
import { refold } from "./support/rig.ts";
import { resultOf } from "./support/scripted-device.ts";

const quiet: Log = { debug() {}, info() {}, warn() {}, error() {} };
const actMs = 4_000;

/** The instruments: how often each act was begun, and until when it lasts. Outside the drivers' memory. */
interface Instruments {
  readonly begun: string[];
  readonly endsAt: Map<string, number>;
}

/** Which act a baseline was taken for. */
function keyOf(baseline: Evidence): string {
  const key = baseline["key"];
  if (typeof key !== "string") throw new Error("a baseline without a key");
  return key;
}

/** A driver of the test lab: acts on the instruments, and can always tell by their memory how an act went. */
function driverFor(
  lab: TestLab,
  id: string,
  instruments: Instruments,
  clock: Clock,
): DeviceDefinition<Values, ByteStream> {
  const caps = lab.caps[id];
  if (caps === undefined) throw new Error(`no ${id}`);
  const operations: DeviceDefinition<Values, ByteStream>["operations"] = Object.fromEntries(
    Object.entries(caps.operations).map(([op, { stoppable: _stoppable, ...announced }]) => [
      op,
      {
        ...announced,
        baseline: async () => ({ key: `${id}/${op}/${instruments.begun.length}` }),
        async start(_session, _params, baseline) {
          const key = keyOf(baseline);
          instruments.begun.push(key);
          instruments.endsAt.set(key, clock.now() + actMs);
        },
        async watch(_session, params, baseline, context) {
          const endsAt = instruments.endsAt.get(keyOf(baseline)) ?? 0;
          await sleep(context.labClock, Math.max(0, endsAt - clock.now()), context.signal);
          return { state: "succeeded", result: resultOf({ op, params }), executed: params };
        },
        async probe(_session, params, baseline) {
          const endsAt = instruments.endsAt.get(keyOf(baseline));
          if (endsAt === undefined) return { outcome: "not-happened", decisive: true, evidence: {} };
          if (endsAt > clock.now()) return { outcome: "running", decisive: true, evidence: {} };
          const ending = { state: "succeeded", result: resultOf({ op, params }), executed: params } as const;
          return { outcome: "happened", decisive: true, evidence: {}, ending };
        },
      },
    ]),
  );
  return {
    kind: caps.kind,
    driverVersion: caps.driverVersion,
    capability: caps.capability,
    title: { en: id, ja: id },
    provenance: { manual: "this test", metHardware: false },
    config: Values,
    connect: async (stream) => stream,
    identify: () => ({ serial: "S-1", firmware: null }),
    operations,
  };
}

/** Loses messages in both directions, all but the retained announcements, which a broker repeats. */
function lossy(bus: MemoryBus, isLost: () => boolean): MemoryBus {
  const publish: MemoryBus["publish"] = async (key, name, payload) => {
    if (key !== "state" && key !== "caps" && key !== "engine" && isLost()) return;
    await bus.publish(key, name, payload);
  };
  return new Proxy(bus, { get: (target, name) => (name === "publish" ? publish : Reflect.get(target, name)) });
}

/** Runs a whole campaign with real drivers over a bus that loses messages, and drivers that are killed and restarted. */
async function runOver(seed: number, losses: number, deaths: readonly number[] = []) {
  const lab = castingLab(3, 2);
  const clock = createVirtualClock(Date.UTC(2026, 0, 1));
  const broker = createMemoryBroker({ lab: "kitchen", clock });
  const instruments: Instruments = { begun: [], endsAt: new Map() };
  let count = 0;
  const isLost = () => Number.parseInt(sha256(`${seed}/${count++}`).slice(0, 8), 16) < losses * 2 ** 32;
  const media = new Map(Object.keys(lab.caps).map((id) => [id, createMemoryMedium()]));
  const devices = new Map<string, Awaited<ReturnType<typeof openDevice>>>();
  let boots = 0;

  async function boot(id: string): Promise<void> {
    const ids = createSeededIds(clock, seed, `${id}/${boots++}`);
    const medium = media.get(id);
    if (medium === undefined) throw new Error(`no ${id}`);
    devices.set(
      id,
      await openDevice({
        definition: driverFor(lab, id, instruments, clock),
        deviceId: id,
        config: {},
        mode: "simulated",
        connect: (will) => lossy(broker.connect({ clientId: `dev-${id}`, will }), isLost),
        store: openMemoryStore({ medium, ids }),
        openWire: async () => createStreamPair(clock, {})[0],
        labClock: clock,
        linkClock: clock,
        ids,
        log: quiet,
      }),
    );
  }

  for (const id of media.keys()) await boot(id);
  for (const [index, afterMs] of deaths.entries()) {
    const id = [...media.keys()][index % media.size] ?? "";
    clock.at(clock.now() + afterMs, () => {
      const device = devices.get(id);
      if (device === undefined) return;
      device.kill();
      devices.delete(id);
      clock.at(clock.now() + 3_000, () => void boot(id));
    });
  }
  const terms = { cell: "main", holder: "loss", leaseLifeMs: 3_600_000, monotonicNow: () => clock.now() };
  const journal = openJournal({ memory: true, ...terms });
  const engine = openEngine({
    journal,
    bus: lossy(broker.connect({ clientId: "eng-main-1" }), isLost),
    proposer: { propose: (request) => Promise.resolve(proposeDesign(request)), close: () => Promise.resolve() },
    labClock: clock,
    linkClock: clock,
    ids: createSeededIds(clock, seed, "engine"),
    recipe: lab.recipe,
    engineId: "loss",
    clock: { kind: "virtual", scale: 1, labAt: clock.now(), wallAt: clock.now() },
    cell: "main",
    log: quiet,
  });
  const ends: EngineEnd[] = [];
  void engine.end.then((end) => ends.push(end));
  const limit = clock.now() + 86_400_000;
  await clock.run(() => ends.length > 0 || clock.now() > limit);
  const events = [...journal.read()].map(({ event }) => event);
  expect(engine.state()).toEqual(refold(journal));
  for (const device of devices.values()) device.kill();
  return { end: ends[0], events, begun: instruments.begun };
}

test.each([1, 2, 3, 4, 5, 6])(
  "I1, I2, §14: over a bus that loses 3 messages in 10 the campaign finishes, each command acts at most once (seed %i)",
  async (seed) => {
    const { end, events, begun } = await runOver(seed, 0.3);
    expect(end?.kind).toBe("ended");
    expect(events.filter(({ type }) => type === "step.succeeded")).toHaveLength(12);
    expect(begun).toHaveLength(12);
    expect(events.filter(({ type }) => type === "observation.made")).toHaveLength(3);
  },
);

test("I1, I2, §14: with drivers that are killed in the middle of acts too, no step is carried out twice", async () => {
  const deaths = fc.array(fc.integer({ min: 1_000, max: 60_000 }), { minLength: 1, maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(deaths, fc.nat(), async (killedAt, seed) => {
      const { end, events, begun } = await runOver(seed, 0.1, killedAt);
      expect(end?.kind).toBe("ended");
      expect(events.filter(({ type }) => type === "step.succeeded")).toHaveLength(begun.length);
      expect(events.filter(({ type }) => type === "observation.made")).toHaveLength(3);
    }),
    { numRuns: 8, seed: 2 },
  );
}, 60_000);
