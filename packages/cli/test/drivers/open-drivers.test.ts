import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { type Broker, openBroker } from "@labloop/broker";
import type { Bus } from "@labloop/bus";
import { openMqttBus } from "@labloop/bus/mqtt";
import { createRandomIds, createRealClock } from "@labloop/clock";
import { type DriverStanding, type Heartbeat, type Log, sleep } from "@labloop/contracts";
import { devices } from "../../src/commands/devices.ts";
import { checkConditions } from "../../src/doctor/check-conditions.ts";
import { notedConditions } from "../../src/drivers/known-conditions.ts";
import { type OpenDrivers, openDrivers } from "../../src/drivers/open-drivers.ts";
import { readDriverNote, requestReload } from "../../src/drivers/driver-notes.ts";
import { checkRunningDrivers } from "../../src/doctor/check-running-drivers.ts";
import { type DriverReload, usualLimits } from "../../src/drivers/supervise-driver.ts";
import { watchReloads } from "../../src/drivers/watch-reloads.ts";
import { loadLab } from "../../src/lab/load-lab.ts";
import { driverText, troubles, unloadable, writeLab } from "./trouble.ts";

const linkClock = createRealClock();
const quiet = () => undefined;
const log: Log = { debug: quiet, info: quiet, warn: quiet, error: quiet };
const limits = {
  ...usualLimits,
  missedBeats: 15,
  openWithinMs: 100_000,
  heapMb: 48,
  residentBytes: 400 * 2 ** 20,
  firstWaitMs: 100,
  longestWaitMs: 60_000,
};

let folder = "";
let broker: Broker;
let ear: Bus;
let drivers: OpenDrivers | null = null;
let beats: Heartbeat[] = [];
let announced: string[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "labloop-drivers-"));
  mkdirSync(join(folder, "devices"));
  broker = await openBroker({ lab: "bench", log });
  ear = openMqttBus({ url: broker.url, lab: "bench", clientId: "eng-main-1", linkClock, jitter: () => 0.5, log });
  beats = [];
  announced = [];
  ear.subscribe({ key: "heartbeat", name: "+", onDelivery: ({ payload }) => void beats.push(payload) });
  ear.subscribe({
    key: "caps",
    name: "+",
    onDelivery: ({ payload: { device, caps } }) => void announced.push(`${device} ${caps.driverVersion}`),
  });
});

afterEach(async () => {
  await drivers?.close();
  await ear.close();
  await broker.close();
  rmSync(folder, { recursive: true, force: true });
});

async function open(
  texts: Readonly<Record<string, string>>,
  onReload: (reload: DriverReload) => void = quiet,
): Promise<OpenDrivers> {
  const loaded = await loadLab(writeLab(folder, texts), { broken: "leave-out" });
  if (!loaded.ok) throw new Error(loaded.faults.map(({ message }) => message).join("\n"));
  drivers = await openDrivers(loaded.value, {
    folder: join(folder, "devices"),
    labClock: linkClock,
    linkClock,
    idsOf: () => createRandomIds(linkClock),
    join: () => ear,
    world: null,
    heartbeatMs: 1_000,
    uploadToken: undefined,
    anchor: { kind: "real", scale: 1, labAt: linkClock.now(), wallAt: linkClock.now() },
    broker: broker.url,
    protocol: 4,
    access: {},
    plantOf: () => null,
    limits,
    onReload,
    log,
  });
  return drivers;
}

const faultIn = (standing: DriverStanding | undefined) => standing?.fault?.code ?? null;
const until = async (isSo: () => boolean) => {
  while (!isSo()) await sleep(linkClock, 20);
};

test("a driver that throws, hangs, takes all memory or ends its process is started again, and no other device notices", async () => {
  const texts = Object.fromEntries(Object.entries(troubles).map(([name, trouble]) => [name, driverText({ trouble })]));
  const { standings } = await open(texts);
  await until(() => beats.some(({ device }) => device === "steady"));
  const bad = Object.keys(troubles).filter((name) => name !== "steady");
  await until(() => bad.every((name) => (standings()[name]?.restarts ?? 0) >= 1));
  expect(Object.fromEntries(bad.map((name) => [name, faultIn(standings()[name])]))).toEqual({
    throws: "driver.threw",
    rejects: "driver.rejected",
    loops: "driver.hung",
    grows: "driver.outOfMemory",
    hoards: "driver.outOfMemory",
    exits: "driver.ended",
  });
  expect(standings()["throws"]?.fault).toMatchObject({
    message: expect.stringContaining("the pump is on fire"),
    file: join(folder, "throws.mjs"),
    hint: expect.stringContaining("mend the driver"),
  });

  const sofar = beats.filter(({ device }) => device === "steady").length;
  await until(() => beats.filter(({ device }) => device === "steady").length >= sofar + 2);
  const steady = beats.filter(({ device }) => device === "steady");
  // One start, and not a single heartbeat missing.
  expect(new Set(steady.map(({ bootId }) => bootId)).size).toBe(1);
  expect(steady.map(({ n }) => n - (steady[0]?.n ?? 0))).toEqual(steady.map((_, index) => index));
  expect(standings()["steady"]).toMatchObject({ state: "running", restarts: 0, fault: null });
});

test("a driver that does not load is shown with its fault, and runs as soon as its file is mended", async () => {
  const { standings } = await open({ steady: driverText({}), broken: unloadable.importThrows });
  await until(() => standings()["broken"]?.state === "failed" && standings()["steady"]?.state === "running");
  expect(standings()["broken"]?.fault?.message).toContain("no licence for the vendor's library");
  expect(readDriverNote(join(folder, "devices"), "broken")?.standing.fault).toEqual(standings()["broken"]?.fault);
  expect(checkRunningDrivers(folder)).toMatchObject([
    {
      about: "device broken",
      level: "fault",
      code: "lab.moduleNotLoaded",
      mend: expect.stringContaining("device reload broken"),
    },
  ]);
  writeFileSync(join(folder, "broken.mjs"), driverText({}));
  await until(() => standings()["broken"]?.state === "running");
  expect(standings()["steady"]?.restarts).toBe(0);
});

test("what a driver knows of its instrument is told by `devices` and `doctor` for as long as the driver runs", async () => {
  const opened = await open({ mixer: driverText({ health: `({ attention: "the door is open" })` }) });
  await until(() => opened.standings()["mixer"]?.health !== undefined);
  expect(opened.standings()["mixer"]?.health).toMatchObject({ state: "attention", message: "the door is open" });
  expect(checkConditions(notedConditions(folder))).toMatchObject([
    {
      about: "device mixer",
      level: "warning",
      code: "device.attention",
      what: expect.stringContaining("door is open"),
    },
  ]);
  const said: string[] = [];
  const write = vi.spyOn(process.stdout, "write").mockImplementation((text) => said.push(String(text)) > 0);
  await devices(undefined, { lab: join(folder, "lab.yaml"), data: folder });
  write.mockRestore();
  expect(said.join("")).toMatch(/mixer +mixer: mix .*\n +needs attention since [-\d]+ [:\d]+ UTC: the door is open\n/);
  await opened.close();
  expect(notedConditions(folder)).toEqual({});
});

test("a driver is loaded anew on request, one that does not fit is refused while the old one goes on, and others go on", async () => {
  const reloads: DriverReload[] = [];
  const { standings } = await open({ steady: driverText({}), mixer: driverText({}) }, (each) => reloads.push(each));
  const told: DriverReload[] = [];
  onTestFinished(watchReloads(join(folder, "devices"), linkClock, (each) => told.push(each)));
  await until(() => announced.includes("mixer 1.0.0") && announced.includes("steady 1.0.0"));
  const ask = async (id: string) => {
    requestReload(join(folder, "devices"), "mixer", { v: 1, id, withinMs: 10_000, by: "Ada" });
    await until(() => readDriverNote(join(folder, "devices"), "mixer")?.reload?.id === id);
    return readDriverNote(join(folder, "devices"), "mixer")?.reload;
  };
  writeFileSync(join(folder, "mixer.mjs"), driverText({ version: "2.0.0" }));
  expect(await ask("first")).toMatchObject({ ok: true, faults: [] });
  await until(() => announced.includes("mixer 2.0.0"));
  expect(standings()["mixer"]).toMatchObject({ driverVersion: "2.0.0", restarts: 0, fault: null });

  writeFileSync(join(folder, "mixer.mjs"), driverText({ version: "3.0.0", unit: "uL" }));
  expect(await ask("second")).toMatchObject({ ok: false, faults: [{ code: "driver.incompatible" }] });
  writeFileSync(join(folder, "mixer.mjs"), unloadable.noDefault);
  expect(await ask("third")).toMatchObject({ ok: false, faults: [{ code: "lab.notADriver" }] });
  expect(standings()["mixer"]).toMatchObject({ state: "running", driverVersion: "2.0.0" });
  expect(standings()["steady"]).toMatchObject({ state: "running", restarts: 0 });
  // What was refused is no reload; another process that reads the notes hears of the same.
  expect(reloads).toEqual([{ device: "mixer", by: "Ada", from: "1.0.0", to: "2.0.0" }]);
  await until(() => told.length > 0);
  expect(told).toEqual(reloads);
});

test("a driver that was edited meanwhile and then fails does not come back as one that plans do not fit, and comes back once it fits", async () => {
  const flag = join(folder, "fail");
  const failing = `setInterval(() => { if (process.getBuiltinModule("node:fs").existsSync(${JSON.stringify(flag)})) process.exit(3); }, 5);`;
  const { standings } = await open({ mixer: driverText({ trouble: failing }) });
  await until(() => announced.includes("mixer 1.0.0"));
  writeFileSync(join(folder, "mixer.mjs"), driverText({ version: "2.0.0", unit: "uL" }));
  writeFileSync(flag, "");
  await until(() => faultIn(standings()["mixer"]) === "driver.incompatible");
  expect(standings()["mixer"]?.fault?.message).toBe('mixer: the operation "mix" has another params in the new driver');
  writeFileSync(join(folder, "mixer.mjs"), driverText({ version: "3.0.0" }));
  await until(() => announced.includes("mixer 3.0.0"));
  expect(announced).not.toContain("mixer 2.0.0");
});

test("the journal of a device admits one process: a second host's driver is refused, and the first goes on", async () => {
  const first = await open({ mixer: driverText({}) });
  await until(() => first.standings()["mixer"]?.state === "running");
  const second = await open({ mixer: driverText({}) });
  try {
    await until(() => faultIn(second.standings()["mixer"]) !== null);
    expect(faultIn(second.standings()["mixer"])).toBe("device.journalInUse");
    expect(first.standings()["mixer"]).toMatchObject({ state: "running", restarts: 0 });
  } finally {
    await first.close();
  }
});
