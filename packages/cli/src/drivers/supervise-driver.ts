import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isDeepStrictEqual } from "node:util";
import type { Cancel, Clock, DeviceCaps, DriverStanding, Fault, Health, Log } from "@labloop/contracts";
import { describeApart, loadWithinMs } from "./describe-apart.ts";
import { aliveEveryMs, type DeviceOrder, type DeviceWord, type ParentWord } from "./device-words.ts";
import { faultOfDelay, faultOfEnd, faultOfGrowth, faultOfHang } from "./driver-fault.ts";
import { type DriverNote, mostReloads, type ReloadRequest, removeDriverNote, writeDriverNote } from "./driver-notes.ts";
import { forwardLines } from "./forward-lines.ts";
import { hushed } from "./hushed.ts";
import { residentBytes } from "./resident-bytes.ts";
import { endOrphan } from "./end-orphan.ts";
import { whyIncompatible } from "./why-incompatible.ts";

const entry = fileURLToPath(new URL("./device-process.ts", import.meta.url));

/** What a driver may do before its process is ended; chosen. */
export interface DriverLimits {
  /** Signs of life that it may miss once open, of one a second; the engine calls a device offline after as long. */
  readonly missedBeats: number;
  /** From the start of its process until its device is open, ms. */
  readonly openWithinMs: number;
  readonly heapMb: number;
  /** All that its process holds, buffers included. */
  readonly residentBytes: number;
  /** Waits before it is started again, doubling from the first to the longest, ms. */
  readonly firstWaitMs: number;
  readonly longestWaitMs: number;
}

export const usualLimits: DriverLimits = {
  missedBeats: 10,
  openWithinMs: loadWithinMs,
  heapMb: 384,
  residentBytes: 768 * 2 ** 20,
  firstWaitMs: 1_000,
  longestWaitMs: 60_000,
};

/** The young generation of a driver's heap, MB: a device that idles most of its life needs no more, and there are many. */
const youngMb = 2;

export interface SuperviseOptions {
  readonly order: Omit<DeviceOrder, "before">;
  /** What the lab was checked with; null when the driver could not be loaded then. */
  readonly caps: DeviceCaps | null;
  readonly limits: DriverLimits;
  readonly linkClock: Clock;
  /** Resolves with what lets the next one in, when this driver may start: each start takes a processor for a while. */
  readonly turn: () => Promise<() => void>;
  /** Called once a driver has made way for another, by somebody's wish. */
  readonly onReload?: ((reload: DriverReload) => void) | undefined;
  readonly log: Log;
}

/** A driver that was loaded anew: by whom, and the versions before and after. */
export interface DriverReload {
  readonly device: string;
  readonly by: string;
  readonly from: string | null;
  readonly to: string;
}

/** A driver in a process of its own. */
export interface SupervisedDriver {
  readonly deviceId: string;
  standing(): DriverStanding;
  /** Resolves once it runs, or has failed for the first time. */
  readonly settled: Promise<DriverStanding>;
  /**
   * Has the driver loaded anew: refused as long as the new one does not load or is incompatible, or the device is never at
   * rest in the time given; the old one goes on then.
   */
  reload(request: ReloadRequest): Promise<void>;
  /** Closes the device, or ends its process where that takes too long. */
  close(): Promise<void>;
}

/** How long a device may take to say goodbye, ms. */
const goodbyeMs = 5_000;

/**
 * Starts a driver in a process of its own and watches over it: it is started again, after longer and longer waits, when it
 * ends, throws, hangs or grows without end; what had begun on the instrument is then looked for (D7).
 */
export function superviseDriver(options: SuperviseOptions): SupervisedDriver {
  const { order, limits, linkClock, log } = options;
  const { deviceId, folder } = order;
  const { promise: settled, resolve: settle } = Promise.withResolvers<DriverStanding>();
  let standing: DriverStanding = {
    state: "starting",
    since: linkClock.now(),
    restarts: 0,
    driverVersion: options.caps?.driverVersion ?? null,
    fault: null,
    retryAt: null,
  };
  let caps = options.caps;
  let child: ChildProcess | null = null;
  let waitMs = limits.firstWaitMs;
  let cancelRetry: Cancel = () => undefined;
  let reloaded: DriverNote["reload"] = null;
  let reloads: DriverNote["reloads"] = [];
  /** Set while the device is asked to come to rest for a reload. */
  let resting: ((faults: readonly Fault[]) => void) | null = null;
  let isClosing = false;
  let ended: Promise<void> = Promise.resolve();

  function stand(change: Partial<DriverStanding>): void {
    standing = { ...standing, since: linkClock.now(), ...change };
    note();
  }

  function hear(health: Health | null): void {
    if (isDeepStrictEqual(standing.health ?? null, health)) return;
    const { health: _, ...rest } = standing;
    standing = { ...rest, ...(health === null ? {} : { health }) };
    note();
  }

  function note(): void {
    try {
      const pid = child?.pid ?? null;
      const known = { v: 1, device: deviceId, hostPid: process.pid, pid } as const;
      writeDriverNote(folder, { ...known, standing, reload: reloaded, reloads });
    } catch (error) {
      // A full disk must not end the watch over the driver.
      log.warn({ device: deviceId, error }, "the note on a driver could not be written");
    }
  }

  async function start(): Promise<void> {
    const release = await options.turn();
    if (isClosing) return release();
    const orphaned = endOrphan(folder, deviceId);
    if (orphaned) log.warn({ device: deviceId }, "a driver's process that an earlier run had left hanging was ended");
    ended = run(release);
  }

  /** Resolves when the process has gone and, unless it was asked to, its successor is arranged for. */
  function run(release: () => void): Promise<void> {
    const argv = [join(folder, deviceId)];
    const execArgv = [...hushed, `--max-old-space-size=${limits.heapMb}`, `--max-semi-space-size=${youngMb}`];
    const started = fork(entry, argv, { execArgv, stdio: ["ignore", "pipe", "pipe", "ipc"], windowsHide: true });
    child = started;
    let why: Fault | null = null;
    let silent = 0;
    let isOpen = false;
    const bornAt = linkClock.now();
    const end = (fault: Fault) => {
      why ??= fault;
      started.kill("SIGKILL");
    };
    const onExit = () => void started.kill("SIGKILL");
    process.once("exit", onExit);
    const tail = forwardLines(started, deviceId, log);
    stand({ state: "starting", retryAt: null });

    let cancelTick: Cancel = () => undefined;
    const tick = () => {
      // Counted in looks, not in time: a machine that was asleep finds nobody guilty.
      silent += 1;
      const bytes = residentBytes(started.pid);
      if (isOpen && silent > limits.missedBeats) end(faultOfHang(silent * aliveEveryMs));
      else if (bytes !== null && bytes > limits.residentBytes) end(faultOfGrowth(bytes, limits.residentBytes));
      else if (!isOpen && linkClock.now() - bornAt > limits.openWithinMs) {
        end(faultOfDelay("open", limits.openWithinMs));
      }
      cancelTick = linkClock.at(linkClock.now() + aliveEveryMs, tick);
    };
    cancelTick = linkClock.at(bornAt + aliveEveryMs, tick);

    started.on("message", (word: DeviceWord) => {
      silent = 0;
      switch (word.type) {
        case "alive":
          hear(word.health);
          if (word.rssBytes > limits.residentBytes) end(faultOfGrowth(word.rssBytes, limits.residentBytes));
          return;
        case "opened":
          isOpen = true;
          release();
          caps = word.caps;
          stand({ state: "running", driverVersion: word.caps.driverVersion });
          settle(standing);
          return;
        case "fault":
          why ??= word.fault;
          return;
        case "busy":
          return resting?.([stillBusy(word.running)]);
      }
    });
    // What it declares may have been changed on disk since, with nobody asking for a reload.
    tell(started, { ...order, before: caps });

    return new Promise((resolve) => {
      // Without a process there is no close.
      started.once("error", (error) => {
        why ??= { code: "driver.notStarted", message: `no process could be started for the driver: ${error.message}` };
        if (started.pid === undefined) started.emit("close", null, null);
      });
      started.once("close", (code, signal) => {
        process.off("exit", onExit);
        cancelTick();
        release();
        child = null;
        hear(null);
        const wasAsked = isClosing || (resting !== null && code === 0 && why === null);
        if (!wasAsked) retry(why ?? faultOfEnd({ code, signal, said: tail() }), linkClock.now() - bornAt);
        resting?.([]);
        resolve();
      });
    });
  }

  function retry(fault: Fault, livedMs: number): void {
    if (livedMs >= limits.longestWaitMs) waitMs = limits.firstWaitMs;
    const at = linkClock.now();
    log.error({ device: deviceId, code: fault.code, waitMs }, fault.message);
    stand({ state: "failed", fault: { ...fault, at }, retryAt: at + waitMs });
    settle(standing);
    cancelRetry = linkClock.at(at + waitMs, () => again(1));
    waitMs = Math.min(2 * waitMs, limits.longestWaitMs);
  }

  function again(restarts: number): void {
    cancelRetry();
    standing = { ...standing, restarts: standing.restarts + restarts };
    start().catch((error: unknown) => log.error({ device: deviceId, error }, "a driver could not be started"));
  }

  function stillBusy(running: readonly string[]): Fault {
    return {
      code: "driver.busy",
      message: `${deviceId} carries out ${running.join(", ")}, and a driver makes way for another only when its device is at rest`,
      hint: `ask again when this has ended, or have it waited for: labloop device reload ${deviceId} --within 3600`,
    };
  }

  /** Returns why the driver on disk may not take the place of this one, and its version. */
  async function whyNot(): Promise<{ readonly faults: Fault[]; readonly to: string }> {
    const described = (await describeApart(order.labPath, { [deviceId]: order.device }))[deviceId];
    if (described === undefined || described.caps === null || described.faults.length > 0) {
      return { faults: described?.faults.map(({ fault }) => fault) ?? [], to: "" };
    }
    const faults = caps === null ? [] : whyIncompatible(deviceId, caps, described.caps);
    return { faults, to: described.caps.driverVersion };
  }

  async function replace(withinMs: number): Promise<{ readonly faults: readonly Fault[]; readonly to: string }> {
    const { faults, to } = await whyNot();
    if (faults.length > 0) return { faults, to };
    const old = child;
    if (old !== null) {
      const { promise: rested, resolve } = Promise.withResolvers<readonly Fault[]>();
      resting = resolve;
      tell(old, { type: "rest", withinMs });
      const still = await rested;
      resting = null;
      if (still.length > 0) return { faults: still, to };
    }
    // It may have failed meanwhile, and is then about to be started by itself.
    cancelRetry();
    waitMs = limits.firstWaitMs;
    if (child === null) {
      stand({ state: "starting", fault: null, retryAt: null });
      again(0);
    }
    return { faults: [], to };
  }

  start().catch((error: unknown) => log.error({ device: deviceId, error }, "a driver could not be started"));

  return {
    deviceId,
    settled,
    standing: () => standing,
    async reload({ id, withinMs, by }) {
      const from = standing.driverVersion;
      const { faults, to } =
        resting === null ? await replace(withinMs) : { faults: [stillBusy(["another reload"])], to: "" };
      reloaded = { id, ok: faults.length === 0, faults: [...faults] };
      if (faults.length === 0) reloads = [...reloads, { id, by, from, to }].slice(-mostReloads);
      note();
      if (faults.length === 0) options.onReload?.({ device: deviceId, by, from, to });
    },
    async close() {
      isClosing = true;
      cancelRetry();
      const last = child;
      if (last !== null) {
        tell(last, { type: "close" });
        const cancel = linkClock.at(linkClock.now() + goodbyeMs, () => void last.kill("SIGKILL"));
        await ended;
        cancel();
      }
      settle(standing);
      if (standing.fault === null) removeDriverNote(folder, deviceId);
    },
  };
}

function tell(child: ChildProcess, word: ParentWord): void {
  // A process that has just died is told nothing; its end says the rest.
  if (child.connected) child.send(word, () => undefined);
}
