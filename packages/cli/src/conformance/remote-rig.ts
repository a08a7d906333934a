import { exec, spawn } from "node:child_process";
import { promisify } from "node:util";
import { type Bus, openMqttBus, openStranger } from "@labloop/bus";
import { createRandomIds, createRealClock } from "@labloop/clock";
import { type DeviceState, LabError, type Log, type Values } from "@labloop/contracts";
import { realTime, type Rig } from "@labloop/driver/conformance";
import type { BrokerAccess } from "../lab/broker-access.ts";

/** S2 gives 100 ms from receipt; broker and network have their own time, and what they take is told as a figure. */
const stopWithinMs = 5_000;
/** How long a retained birth may take to arrive. */
const foundWithinMs = 10_000;
const shell = promisify(exec);

export interface RemoteOptions {
  readonly url: string;
  readonly lab: string;
  readonly deviceId: string;
  readonly access: BrokerAccess;
  /** Ends the driver and starts it again, without a goodbye. */
  readonly restartCommand?: string | undefined;
  /** Prints how often the equipment has acted. */
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

/** Joins the broker in the engine's place and waits for the device; throws `conformance.noDevice` and `usage.realEquipment`. */
export async function openRemote(options: RemoteOptions): Promise<Remote> {
  const { url, lab, deviceId, access, restartCommand, countCommand, params, isRealAllowed, jitter, log } = options;
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

  const found = await firstState(bus, deviceId, (isSo) => time.until(isSo, foundWithinMs));
  const close = async () => {
    await stranger.close();
    await bus.close();
  };
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
    acts: countCommand === undefined ? null : () => countBy(countCommand),
    restart: restartCommand === undefined ? null : { kill: async () => {}, start: () => runShell(restartCommand) },
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
    wire: null,
    journal: null,
    heapBytes: null,
    close: async () => {},
  };
  return { openRig: async () => rig, close };
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

async function countBy(command: string): Promise<number> {
  const { stdout } = await shell(command);
  const count = Number(stdout.trim());
  if (stdout.trim() !== "" && Number.isInteger(count)) return count;
  throw new LabError("conformance.badCount", `--count-command printed "${stdout.trim()}", which is no whole number`);
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
