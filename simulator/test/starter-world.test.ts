import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Values } from "@labloop/contracts";
import balance from "@labloop/device-mettler-toledo-mt-sics";
import pump from "@labloop/device-starter-pump";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { World } from "../src/index.ts";
import starter from "../worlds/starter/world.ts";
import { inTime, operationOf, pass, visit, virtualMorning } from "./support/drive.ts";

const clock = virtualMorning();
const order: Values = { speed: { value: 120, unit: "rpm" }, time: { value: 5, unit: "s" } };
const dose = operationOf(pump, "dose");
let folder = "";
let world: World;

async function openAgain(): Promise<void> {
  world = await starter.open({
    folder,
    seed: 7,
    labClock: clock,
    linkClock: clock,
    wires: "memory",
    devices: { balance: { plant: "mt-sics", config: {} }, pump: { plant: "starter-pump", config: {} } },
    places: [],
    tables: {},
  });
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "labloop-starter-"));
  await openAgain();
});

afterEach(async () => {
  await world.close();
  rmSync(folder, { recursive: true, force: true });
});

const atPump = async () => inTime(clock, visit(pump, {}, await world.openWire("pump"), clock));

async function weigh(): Promise<number> {
  const config = balance.config.parse({});
  const { session, context } = await inTime(clock, visit(balance, config, await world.openWire("balance"), clock));
  const act = operationOf(balance, "weigh");
  const baseline = await inTime(clock, act.baseline(session, {}, context));
  await inTime(clock, act.start(session, {}, baseline, context));
  const ending = await inTime(clock, act.watch(session, {}, baseline, context));
  const mass = ending.state === "succeeded" ? ending.result["mass"] : undefined;
  return typeof mass === "object" && "value" in mass ? mass.value : Number.NaN;
}

describe("the world of a first lab", () => {
  test("what the pump doses arrives in the vessel on the balance, and stays there when the world is opened again", async () => {
    const before = await weigh();
    const { session, context } = await atPump();
    const baseline = await inTime(clock, dose.baseline(session, order, context));
    await inTime(clock, dose.start(session, order, baseline, context));
    const ending = await inTime(clock, dose.watch(session, order, baseline, context));
    expect(ending).toMatchObject({ state: "succeeded", executed: order });
    const after = await weigh();
    expect(after - before).toBeGreaterThan(4.3);
    expect(after - before).toBeLessThan(4.9);
    await world.close();
    await openAgain();
    expect(await weigh()).toBe(after);
    expect(world.actuations()).toMatchObject([{ device: "pump", verb: "dose", detail: { rpm: 120, seconds: 5 } }]);
  });

  test("after a crash at any moment the pump's own count says what became of a dose", async () => {
    const { session, context } = await atPump();
    const baseline = await inTime(clock, dose.baseline(session, order, context));
    const find = () => inTime(clock, dose.probe(session, order, baseline, context));
    expect(await find()).toMatchObject({ outcome: "not-happened", decisive: true });
    await inTime(clock, dose.start(session, order, baseline, context));
    await pass(clock, 1_000);
    expect(await find()).toMatchObject({ outcome: "running", decisive: true });
    await expect(inTime(clock, dose.baseline(session, order, context))).rejects.toMatchObject({ code: "device.busy" });
    await pass(clock, 5_000);
    expect(await find()).toMatchObject({ outcome: "happened", decisive: true, ending: { state: "succeeded" } });
  });

  test("a stop leaves what had arrived, and says for how long the pump ran", async () => {
    const before = await weigh();
    const { session, context } = await atPump();
    const baseline = await inTime(clock, dose.baseline(session, order, context));
    await inTime(clock, dose.start(session, order, baseline, context));
    await pass(clock, 2_000);
    const ending = await inTime(clock, dose.stop!(session, context));
    expect(ending).toMatchObject({ state: "failed", physical: "partial", evidence: { seconds: 2 } });
    await pass(clock, 10_000);
    expect((await weigh()) - before).toBeCloseTo(1.84, 0);
    const found = await inTime(clock, dose.probe(session, order, baseline, context));
    expect(found).toMatchObject({ outcome: "partial", decisive: true });
  });

  test("a pump refuses what it cannot do, and does nothing", async () => {
    const { session, context } = await atPump();
    const tooFast: Values = { ...order, speed: { value: 301, unit: "rpm" } };
    const baseline = { count: 0 };
    await inTime(clock, dose.start(session, tooFast, baseline, context));
    const ending = await inTime(clock, dose.watch(session, tooFast, baseline, context));
    expect(ending).toMatchObject({ state: "failed", physical: "none", error: { code: "pump.range" } });
    expect(world.actuations()).toEqual([]);
  });

  test("driver and plant take at most 80 lines of code together", () => {
    const files = [
      "../../devices/starter-pump/driver.ts",
      "../../devices/starter-pump/wire.ts",
      "../src/plants/starter-pump-plant.ts",
    ];
    const lines = files.flatMap((file) => readFileSync(new URL(file, import.meta.url), "utf8").split("\n"));
    expect(lines.filter((line) => !/^\s*($|\/\/|\/?\*)/.test(line)).length).toBeLessThanOrEqual(80);
  });
});
