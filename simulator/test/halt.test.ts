import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createMemoryBroker } from "@labloop/bus";
import { createSeededIds } from "@labloop/clock";
import { commandIdOf, type DeviceMessage, type Execute, type Values, wholeLab } from "@labloop/contracts";
import { paramsHashOf } from "@labloop/contracts/digest";
import tester from "@labloop/device-mark10-esm";
import printer from "@labloop/device-marlin-gcode";
import arm from "@labloop/device-universal-robots-dashboard";
import {
  type CommandRecord,
  createMemoryMedium,
  createStreamPair,
  type DeviceDefinition,
  openDevice,
  openMemoryStore,
} from "@labloop/driver";
import { afterAll, describe, expect, test } from "vitest";
import {
  createMark10EsmPlant,
  createMarlinPlant,
  createUrDashboardPlant,
  openWorldStore,
  type Physics,
  type Plant,
  type PlantWorld,
  type WorldStore,
} from "../src/index.ts";
import { pass, virtualMorning } from "./support/drive.ts";

const folder = mkdtempSync(join(tmpdir(), "labloop-halt-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;

const physics: Physics = {
  files: () => ["A.GCO"],
  print: () => ({ bytes: 60_000, durationMs: 600_000 }),
  mass: () => 1,
  curve: () => ({ travelMm: [0, 10, 25], loadN: [0, 400, 0] }),
};
const quiet = { debug() {}, info() {}, warn() {}, error() {} };
const operator = { kind: "operator", name: "Ada" } as const;

/** One device of the durable world, driven by the kit as an engine would have it driven. */
async function operate<Config, Session>(setUp: {
  readonly definition: DeviceDefinition<Config, Session>;
  readonly config: unknown;
  readonly deviceId: string;
  readonly plant: (world: PlantWorld) => Plant;
  readonly delayMs?: number;
  readonly before?: (store: WorldStore, at: number) => void;
}) {
  const { definition, deviceId, config } = setUp;
  const clock = virtualMorning();
  const store = openWorldStore(join(folder, `${++files}.db`), () => 0, ["bin"]);
  setUp.before?.(store, clock.now());
  const plant = setUp.plant({
    deviceId,
    clock,
    physics,
    memory: () => store.memory(deviceId),
    commit: (change) => store.commit(deviceId, clock.now(), change),
    partAt: (place) => store.partAt(place, clock.now()),
  });
  const broker = createMemoryBroker({ lab: "test", clock });
  const engine = broker.connect({ clientId: "eng-main-1" });
  const heard: DeviceMessage[] = [];
  engine.subscribe({ key: "report", name: "+", onDelivery: ({ payload }) => void heard.push(payload) });
  const medium = createMemoryMedium();
  const ids = createSeededIds(clock, 7, "device");
  const device = await openDevice({
    definition,
    deviceId,
    config,
    mode: "simulated",
    connect: (will) => broker.connect({ clientId: `dev-${deviceId}`, will }),
    store: openMemoryStore({ medium, ids }),
    async openWire() {
      const [near, far] = createStreamPair(clock, { delayMs: setUp.delayMs ?? 0 });
      plant.attach(far);
      return near;
    },
    labClock: clock,
    linkClock: clock,
    ids,
    log: quiet,
  });
  const stamp = () => ({ v: 1, device: deviceId, issuedAt: new Date(clock.now()).toISOString() }) as const;
  const fromEngine = () => ({ ...stamp(), epoch: 1, engineId: "e" });
  const id = (n: number) => commandIdOf(`01JGZZZZZZZZZZZZZZZZZZZZZ${n}`, 1);
  const reconcile = async (epoch: number) => {
    const at = new Date(clock.now()).toISOString();
    await engine.publish("engineHeartbeat", "main", { v: 1, kind: "engine-hb", epoch, n: 0, at });
    const question = { kind: "reconcile" as const, rid: `r${epoch}`, part: 0, parts: 1, open: [] };
    await engine.publish("control", deviceId, { ...fromEngine(), ...question, epoch });
    await pass(clock, 1);
  };
  const sayStop = async (stopId: number, active: boolean) => {
    const at = new Date(clock.now()).toISOString();
    const stop = { v: 1, kind: "estop", stopId, active, scope: "lab", reason: "smoke", by: operator, at } as const;
    await engine.publish("estop", wholeLab, stop);
    await pass(clock, 100);
  };
  await pass(clock, 1_000);
  await reconcile(1);
  return {
    clock,
    store,
    async execute(n: number, op: string, params: Values) {
      const stepId = id(n).slice(0, 26);
      const execute: Execute = {
        ...fromEngine(),
        epoch: 2,
        kind: "execute",
        commandId: id(n),
        campaignId: stepId,
        runId: stepId,
        stepId,
        attempt: 1,
        dseq: n,
        op,
        params,
        paramsHash: paramsHashOf(op, params),
        retryClass: "non-repeatable",
        ttlMs: 30_000,
        maxDurationMs: 3_600_000,
      };
      await engine.publish("command", deviceId, execute);
      await pass(clock, 1);
    },
    /** Resolves once the command has begun. */
    async begun(n: number) {
      for (let waited = 0; waited < 60_000 && medium.content?.records.get(id(n))?.state === "accepted"; waited += 50) {
        await pass(clock, 50);
      }
    },
    estop: () => sayStop(1, true),
    /** Clears the stop and reconciles, as the engine does. */
    async clear() {
      await sayStop(2, false);
      await reconcile(2);
    },
    stopped: () => heard.filter((message) => message.kind === "stopped"),
    record(n: number): Partial<CommandRecord> {
      return medium.content?.records.get(id(n)) ?? {};
    },
    close() {
      device.kill();
      store.close();
    },
  };
}

const made = (store: WorldStore, place: string, at: number) =>
  store.commit(place, at, { parts: [{ kind: "made", place, file: "A.GCO", readyAt: at }] });

describe("an E-STOP", () => {
  test("S2, S3: breaks a print off, which the printer's own counters then tell", async () => {
    const lab = await operate({
      definition: printer,
      config: {},
      deviceId: "printer-1",
      plant: (world) => createMarlinPlant(world),
    });
    await lab.execute(1, "print", { file: "A.GCO" });
    await lab.begun(1);
    await pass(lab.clock, 120_000);
    const raisedAt = lab.clock.now();
    await lab.estop();
    expect(lab.stopped()).toMatchObject([{ stopId: 1 }]);
    expect(lab.stopped()[0]?.tookMs).toBeLessThanOrEqual(100);
    expect(lab.record(1)).toMatchObject({
      state: "failed",
      physical: "partial",
      evidence: { prints: 1, finished: 0, failed: 1, isPrinting: false },
    });
    // What stands on the bed will not become more, so it can be taken away.
    expect(lab.store.partAt("printer-1", raisedAt)?.readyAt).toBe(raisedAt);
    await pass(lab.clock, 3_600_000);
    expect(lab.store.actuations()).toHaveLength(1);
    expect(lab.store.memory("printer-1")).toMatchObject({ print: null, finished: 0 });
    lab.close();
  });

  const programs = { "pb.urp": { from: "printer-1", to: "balance" }, "bb.urp": { from: "balance", to: "bin" } };
  const atArm = (place: string) => ({
    definition: arm,
    config: {
      programs: { "printer-1>balance": "pb.urp", "balance>bin": "bb.urp" },
      senses: { "printer-1": "sp.urp", balance: "sb.urp" },
    },
    deviceId: "arm",
    plant: (world: PlantWorld) =>
      createUrDashboardPlant(world, {
        programs: { ...programs, "sp.urp": { sense: "printer-1" }, "sb.urp": { sense: "balance" } },
      }),
    before: (store: WorldStore, at: number) => made(store, place, at),
  });

  test.each([
    [
      "before the grip the part stays, and nobody knows whether the arm had set off",
      10_000,
      "printer-1",
      { state: "unknown", physical: "unknown" },
    ],
    ["with the part in the gripper nobody knows", 20_000, null, { state: "unknown", physical: "unknown" }],
    ["once put down it has arrived", 40_000, "balance", { state: "succeeded", physical: "full" }],
  ] as const)("S3: stops the arm, and the switches tell: %s", async (_name, afterMs, place, end) => {
    const lab = await operate(atArm("printer-1"));
    await lab.execute(1, "transfer", { from: "printer-1", to: "balance" });
    await lab.begun(1);
    await pass(lab.clock, afterMs);
    await lab.estop();
    expect(lab.stopped()).toMatchObject([{ running: [{ state: "started" }] }]);
    await pass(lab.clock, 60_000);
    const at = lab.clock.now() + 86_400_000;
    expect(["printer-1", "balance"].filter((one) => lab.store.partAt(one, at) !== null)).toEqual(place ? [place] : []);
    expect(lab.record(1)).toMatchObject(end);
    expect(lab.store.actuations()).toHaveLength(1);
    lab.close();
  });

  test.each([20_000, 40_000])(
    "S3: a stop on the way to a place without a switch, %i ms on, is nobody's certainty",
    async (afterMs) => {
      const lab = await operate(atArm("balance"));
      await lab.execute(1, "transfer", { from: "balance", to: "bin" });
      await lab.begun(1);
      await pass(lab.clock, afterMs);
      await lab.estop();
      await pass(lab.clock, 60_000);
      expect(lab.record(1)).toMatchObject({ state: "unknown", physical: "unknown" });
      lab.close();
    },
  );

  test("S2: at any moment of beginning a transfer, the arm does not set off afterwards", async () => {
    const ends = new Set<string>();
    const slow = { ...atArm("printer-1"), delayMs: 40 };
    const first = await operate(slow);
    const from = first.clock.now();
    await first.execute(1, "transfer", { from: "printer-1", to: "balance" });
    await first.begun(1);
    const begunMs = first.clock.now() - from;
    first.close();
    // Every question and answer of the beginning is cut through, and the reading of the switches before it now and then.
    const fine = Array.from({ length: 15 }, (_, index) => begunMs - 150 + index * 20);
    for (const afterMs of [0, 1_000, 2_000, 3_000, 4_000, 5_000, ...fine]) {
      const lab = await operate(slow);
      await lab.execute(1, "transfer", { from: "printer-1", to: "balance" });
      await pass(lab.clock, afterMs);
      const raisedAt = lab.clock.now();
      await lab.estop();
      await pass(lab.clock, 20_000);
      expect(lab.stopped()).toHaveLength(1);
      // What was on the wire already arrives before the stop does.
      const acts = lab.store.actuations();
      for (const { at } of acts) expect(at).toBeLessThanOrEqual(raisedAt + 40);
      expect(lab.store.partAt("printer-1", lab.clock.now())).not.toBeNull();
      ends.add(`${lab.record(1).state} ${lab.record(1).physical} ${acts.length}`);
      lab.close();
    }
    expect([...ends].sort()).toEqual(["cancelled none 0", "unknown unknown 0", "unknown unknown 1"]);
  });

  test("S3: leaves the crosshead on the part, and nothing is crushed before a person has brought it home", async () => {
    const lab = await operate({
      definition: tester,
      config: {},
      deviceId: "tester",
      plant: (world) => createMark10EsmPlant(world),
      before: (store, at) => made(store, "tester", at),
    });
    const stroke: Values = { travel: { value: 25, unit: "mm" }, speed: { value: 30, unit: "mm/min" } };
    await lab.execute(1, "compress", stroke);
    await lab.begun(1);
    await pass(lab.clock, 20_000);
    await lab.estop();
    expect(lab.stopped()).toHaveLength(1);
    await pass(lab.clock, 10_000);
    const { evidence, ...end } = lab.record(1);
    expect(end).toMatchObject({ state: "failed", physical: "partial" });
    expect(evidence?.["travelMm"]).toBeCloseTo(-10, 0);
    await lab.clear();
    await lab.execute(2, "compress", stroke);
    await pass(lab.clock, 600_000);
    expect(lab.record(2)).toMatchObject({ state: "cancelled", error: { code: "device.baselineFailed" } });
    expect(lab.store.actuations()).toHaveLength(1);
    lab.close();
  });
});
