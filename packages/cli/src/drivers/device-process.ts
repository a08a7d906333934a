// The process of one device's driver. Its parent says what to open, hears of it every second, and starts it again when it
// fails; what the driver does here, it does to itself.
import { writeFileSync } from "node:fs";
import { createRandomIds, createRealClock } from "@labloop/clock";
import { type Fault, sleep } from "@labloop/contracts";
import type { RunningDevice } from "@labloop/driver";
import { readBrokerAccess } from "../lab/broker-access.ts";
import { loadDevice } from "../lab/load-device.ts";
import { openHostedDevice } from "../lab/open-devices.ts";
import { openLinks } from "../lab/open-links.ts";
import { uploadToken } from "../lab/open-uploads.ts";
import { plantsAt } from "../lab/plants-at.ts";
import { openTime } from "../lab/time.ts";
import { openLog } from "../log.ts";
import { aliveEveryMs, type DeviceOrder, type DeviceWord, type ParentWord } from "./device-words.ts";
import { faultOfThrown } from "./driver-fault.ts";
import { whyIncompatible } from "./why-incompatible.ts";

/** Ms from one look whether the device is at rest to the next: shorter than an engine takes to order the next act. */
const restLookMs = 2;

const linkClock = createRealClock();
const say = (word: DeviceWord) => void process.send?.(word);
let device: RunningDevice | null = null;

// Ctrl-C reaches every process of a terminal: the engine, which finishes what runs, still needs its devices then.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK"] as const) process.on(signal, () => undefined);
process.on("disconnect", () => process.exit(0));
process.on("uncaughtException", (error, origin) => fail(faultOfThrown(error, origin === "unhandledRejection")));
process.on("message", (word: ParentWord) => {
  switch (word.type) {
    case "open":
      return void open(word).catch((error: unknown) => fail(faultOfThrown(error, false)));
    case "rest":
      return void rest(word.withinMs).catch((error: unknown) => fail(faultOfThrown(error, false)));
    case "close":
      return void close();
  }
});
offerToKiller();
beat();

/** The journal stays as it is, as after any crash: what had started is looked for at the next start (D7). */
function fail(fault: Fault): void {
  if (process.send === undefined) process.exit(1);
  process.send({ type: "fault", fault } satisfies DeviceWord, () => process.exit(1));
}

function beat(): void {
  say({ type: "alive", rssBytes: process.memoryUsage.rss(), health: device?.health() ?? null });
  linkClock.at(linkClock.now() + aliveEveryMs, beat);
}

async function open(order: DeviceOrder): Promise<void> {
  const { labPath, lab, mode, deviceId, folder, anchor, broker, protocol, plant } = order;
  const loaded = await loadDevice(labPath, deviceId, order.device);
  const [wrong] = loaded.faults;
  if (wrong !== undefined || loaded.definition === null) {
    return fail(wrong?.fault ?? { code: "driver.elsewhere", message: `the driver of ${deviceId} runs elsewhere` });
  }
  const unfit =
    order.before === null || loaded.caps === null ? [] : whyIncompatible(deviceId, order.before, loaded.caps);
  const [first] = unfit;
  if (first !== undefined) return fail({ ...first, message: unfit.map(({ message }) => message).join("; ") });
  const time = openTime({ ...anchor, anchor }, null, 0);
  const log = openLog();
  const access = readBrokerAccess(broker, order.access);
  const links = await openLinks(lab, time, broker, log, access, protocol);
  device = await openHostedDevice(labPath, deviceId, loaded.definition, order.device, mode, {
    folder,
    labClock: time.labClock,
    anchor: time.anchor,
    linkClock: time.linkClock,
    idsOf: () => createRandomIds(time.linkClock),
    join: (id, will) => links.join(id, will),
    world: plant === null ? null : plantsAt(plant, lab, time.linkClock),
    heartbeatMs: 1_000,
    uploadToken: uploadToken(),
    log,
  });
  say({ type: "opened", caps: device.caps() });
}

async function rest(withinMs: number): Promise<void> {
  const until = linkClock.now() + withinMs;
  for (;;) {
    const running = device?.running() ?? [];
    // Closed in the turn in which it was seen at rest: nothing can come in between.
    if (running.length === 0) return close();
    if (linkClock.now() >= until) return say({ type: "busy", running });
    await sleep(linkClock, restLookMs);
  }
}

async function close(): Promise<void> {
  await device?.close();
  process.exit(0);
}

/** Where memory runs out all the same, Linux ends this process before the engine's. */
function offerToKiller(): void {
  if (process.platform !== "linux") return;
  try {
    writeFileSync("/proc/self/oom_score_adj", "500");
  } catch {
    // A container may forbid it; the limits of the heap and of the parent's watch are there still.
  }
}
