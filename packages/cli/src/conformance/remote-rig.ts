import { exec, spawn } from "node:child_process";
import { promisify } from "node:util";
import type { Bus } from "@labloop/bus";
import { openMqttBus, openStranger } from "@labloop/bus/mqtt";
import { createRandomIds, createRealClock } from "@labloop/clock";
import { type DeviceState, LabError, type Log, type Values } from "@labloop/contracts";
import { realTime, type Rig } from "@labloop/driver/conformance";
import type { BrokerAccess } from "../lab/broker-access.ts";
import { createStartedDriver, type StartedDriver } from "./started-driver.ts";
import { openWireRelay } from "./wire-relay.ts";

/** S2 gives 100 ms from receipt; broker and network have their own time, and what they take is told as a figure. */
const stopWithinMs = 5_000;
/** How long a retained birth may take to arrive, and one of a driver that is started here. */
const foundWithinMs = 10_000;
const startedWithinMs = 60_000;
const shell = promisify(exec);

export interface RemoteOptions {
  readonly url: string;
  readonly lab: string;
  readonly deviceId: string;
  readonly access: BrokerAccess;
  /** Starts the driver, which is then killed and started here. */
  readonly start?: string | undefined;
  /** Where the instrument is, when the driver is to reach it through the suite. */
  readonly wire?: { readonly host: string; readonly port: number } | undefined;
  /** Ends the driver and starts it again, without a goodbye. */
  readonly restartCommand?: string | undefined;
  /** Prints how often the equipment has begun an act, and after that how often it has finished one, if it knows. */
  readonly countCommand?: string | undefined;
  /** Good parameters by operation. */
  readonly params: Readonly<Record<string, Values>>;
  readonly isRealAllowed: boolean;
  readonly jitter: () => number;
  readonly log: Log;
}

/** The suite's hold on a driver that runs elsewhere, in any language. */
export interface Remote {
  openRig(): Promise<Rig>;
  close(): Promise<void>;
}

/** Joins the broker in the engine's place starts the driver if told how, and waits for the device; throws `conformance.noDevice`, `conformance.notStarted` and `usage.realEquipment`. */
export async function openRemote(options: RemoteOptions): Promise<Remote> {
  const { url, lab, deviceId, access, restartCommand, countCommand, params, isRealAllowed, jitter, log } = options;
  const { start, wire } = options;
  const linkClock = createRealClock();
  const time = realTime(linkClock);
  const ids = createRandomIds(linkClock);
  const joinAs = (clientId: string) =>
    openMqttBus({
      url,
      lab,
      clientId,
      account: access.accountOf(clientId),
      ca: access.ca,
      seal: access.sealOf(clientId),
      protocol: "auto",
      linkClock,
      jitter,
      log,
    });
  const bus = joinAs("eng-main-1");
  // Held all the time: checks come and go, and a broker may take an unsubscription for later than the next subscription.
  for (const key of ["report", "state", "caps", "heartbeat"] as const) {
    bus.subscribe({ key, name: deviceId, onDelivery: () => {} });
  }
  const stranger = await openStranger({
    url,
    clientId: "eng-main-2",
    account: access.accountOf("eng-main-2"),
    ca: access.ca,
  });

  let driver: StartedDriver | null = null;
  const relay = wire === undefined ? null : await openWireRelay(wire, () => driver?.killNow());
  const close = async () => {
    await driver?.kill();
    await relay?.close();
    await stranger.close();
    await bus.close();
  };
  if (start !== undefined) {
    const environment = relay === null ? {} : { LABLOOP_WIRE_PORT: `${relay.port}` };
    driver = createStartedDriver(start, environment, linkClock);
    endWithUs(driver);
    await driver.start();
  }
  const closed = async (error: unknown): Promise<never> => {
    await close();
    throw error;
  };
  const isGone = () => driver !== null && driver.ended() !== null;
  const found = await firstState(bus, deviceId, async (isSo) => {
    await time.until(() => isSo() || isGone(), driver === null ? foundWithinMs : startedWithinMs);
    return isSo();
  });
  if (found === null && driver !== null) {
    const why = driver.ended() ?? `it has not announced itself within ${startedWithinMs / 1_000} s`;
    await close();
    throw new LabError("conformance.notStarted", `the driver that --start starts is no device ${deviceId}: ${why}`, {
      hint: "try the command by itself; --lab, --device and the broker are those of this command line",
    });
  }
  if (found === null) {
    await close();
    throw new LabError("conformance.noDevice", `no device ${deviceId} of the lab ${lab} is online at this broker`, {
      hint: "start its driver first, and look at --lab and --device",
    });
  }
  if (found.mode === "real" && !isRealAllowed) {
    await close();
    throw new LabError("usage.realEquipment", `${deviceId} says that its equipment is real: the suite would move it`, {
      hint: "start the driver over a simulator, or add --real when nobody is near and every act is harmless",
    });
  }

  const counted = countCommand === undefined ? null : await countsBy(countCommand).catch(closed);
  const rig: Rig = {
    setting: "over MQTT, real time",
    lab,
    deviceId,
    bus,
    clock: linkClock,
    ids,
    isVirtual: false,
    stopWithinMs,
    until: (isSo, withinMs) => time.until(isSo, withinMs),
    layOut: (op) => params[op] ?? null,
    answer: null,
    acts: countCommand === undefined ? null : async () => (await countsBy(countCommand)).begun,
    wholes:
      counted?.whole != null && countCommand !== undefined
        ? async () => (await countsBy(countCommand)).whole ?? 0
        : null,
    restart: restartOf(driver, restartCommand),
    link: {
      // Whoever takes a client's id takes its place: the broker breaks the driver's connection, and announces its death.
      async drop() {
        const usurper = joinAs(`dev-${deviceId}`);
        await time.until(() => usurper.isUp, foundWithinMs);
        await usurper.close();
      },
      rejoin() {},
    },
    inject: (topic, bytes, isRetained) => stranger.publish(topic, bytes, isRetained),
    wire: relay === null ? null : { bytes: () => relay.bytes(), cutAfter: (bytes) => relay.cutAfter(bytes) },
    brink:
      relay === null || driver === null
        ? null
        : {
            unit: "message on its wire",
            count: () => relay.messages(),
            dieAt: (nth, when) => relay.dieAt(nth, when),
          },
    heapBytes: driver === null ? null : () => driver?.residentBytes() ?? 0,
    close: async () => {},
  };
  return { openRig: async () => rig, close };
}

/** In a process group of its own it hears no Ctrl-C. */
function endWithUs(driver: StartedDriver): void {
  process.once("exit", () => driver.killNow());
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      driver.killNow();
      process.kill(process.pid, signal);
    });
  }
}

async function firstState(
  bus: Bus,
  deviceId: string,
  until: (isSo: () => boolean) => Promise<boolean>,
): Promise<DeviceState | null> {
  let state: DeviceState | null = null;
  const cancel = bus.subscribe({
    key: "state",
    name: deviceId,
    onDelivery: ({ payload }) => {
      state = payload;
    },
  });
  const isOnline = await until(() => state?.online === true);
  cancel();
  return isOnline ? state : null;
}

/** What witnesses the truth from outside the driver. */
async function countsBy(command: string): Promise<{ readonly begun: number; readonly whole: number | null }> {
  const { stdout } = await shell(command);
  const words = stdout.trim().split(/\s+/);
  const [begun = Number.NaN, whole = null] = words.map((word) => (word === "" ? Number.NaN : Number(word)));
  const isTwoAtMost = words.length <= 2 && Number.isInteger(begun) && (whole === null || Number.isInteger(whole));
  if (isTwoAtMost && (whole ?? 0) <= begun) return { begun, whole };
  throw new LabError("conformance.badCount", `--count-command printed "${stdout.trim()}"`, {
    hint: "one whole number: acts that the equipment has begun, counted as each begins; or two: those, and the acts that it has finished, which are never more",
  });
}

function restartOf(driver: StartedDriver | null, command: string | undefined): Rig["restart"] {
  if (driver !== null) return { kill: () => driver.kill(), start: () => driver.start() };
  return command === undefined ? null : { isOne: true, kill: async () => {}, start: () => runShell(command) };
}

/** The driver that it starts goes on after the command and after the suite: nothing of it is read, no signal of ours ends it. */
function runShell(command: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, { shell: true, stdio: "ignore", detached: true });
    child.once("error", reject);
    child.once("exit", (code) => {
      if (code === 0) resolve();
      else reject(new LabError("conformance.notRestarted", `--restart-command ended with ${code}`));
    });
  });
}
