import { createSeededIds } from "@labloop/clock";
import { createStreamPair, openDevice, openMemoryStore, type RunningDevice } from "@labloop/driver";
import type { DeviceDisks } from "./device-disk.ts";
import { createFreezer, type Freezer } from "./freezer.ts";
import { definitionOf, deviceIds, type Hands } from "./lab.ts";
import type { Link, Network } from "./network.ts";
import { beatMs, quiet, type Scene } from "./scene.ts";
import { skewedClock } from "./skewed-clock.ts";

interface DeviceProcess {
  readonly freezer: Freezer;
  isAlive: boolean;
  link: Link | null;
  running: RunningDevice | null;
}

/** The drivers of the lab, each a process that can die and be started again. */
export interface DeviceProcesses {
  running(device: string): RunningDevice | null;
  link(device: string): Link | null;
  boot(device: string): void;
  /** Dies at once, and is started again after a while, with its journal or without it. */
  crash(device: string, forMs: number, losesJournal?: boolean): void;
  /** Stands still for so long; its instrument does not. */
  freeze(device: string, ms: number): void;
  cutWire(device: string): void;
  /** Puts a device's clock forward. */
  leap(device: string, ms: number): void;
  killAll(): void;
  /** Restarts of a driver that found its act still going on. */
  foundRunning(): number;
}

export function createDeviceProcesses(options: {
  readonly scene: Scene;
  readonly network: Network;
  readonly disks: DeviceDisks;
  readonly actuate: (device: string, ...act: Parameters<Hands["actuate"]>) => void;
  readonly onBoot: (device: string) => void;
  readonly onJournalLost: (device: string) => void;
}): DeviceProcesses {
  const { scene, network, disks, actuate, onBoot, onJournalLost } = options;
  const { seed, clock, world, media, soon } = scene;
  const processes = new Map<string, DeviceProcess>();
  const wires = new Map<string, () => void>();
  const boots = new Map<string, number>(deviceIds.map((device) => [device, 0]));
  const leaps = new Map<string, number>();
  let foundRunning = 0;

  function boot(device: string): void {
    const medium = media.get(device)!;
    const plant = world.plants.get(device)!;
    onBoot(device);
    const n = boots.get(device)! + 1;
    boots.set(device, n);
    const freezer = createFreezer(clock);
    const linkClock = freezer.clock(skewedClock(scene, device, () => leaps.get(device) ?? 0));
    const ids = createSeededIds(linkClock, seed, `${device}/${n}`);
    const clientId = `dev-${device}`;
    const self: DeviceProcess = { freezer, isAlive: true, link: null, running: null };
    processes.set(device, self);
    const assertAlive = () => {
      if (!self.isAlive) throw new Error("this process is dead");
    };
    const point = () => {
      scene.pass(clientId);
      assertAlive();
    };
    const hands: Hands = {
      plant,
      now: () => clock.now(),
      touch(stream) {
        assertAlive();
        point();
        if (!stream.isOpen) throw new Error("the wire is cut");
      },
      actuate(...act) {
        assertAlive();
        actuate(device, ...act);
        point();
      },
    };
    if (plant.busyUntil > clock.now() && n > 1) foundRunning++;
    openDevice({
      definition: definitionOf(device, hands),
      deviceId: device,
      config: {},
      mode: "simulated",
      connect(will) {
        const opened = network.connect({ clientId, will, freezer });
        self.link = opened;
        if (!self.isAlive) opened.die();
        return opened;
      },
      store: disks.guard(openMemoryStore({ medium, ids }), { device, point, assertAlive }),
      async openWire() {
        const [near] = createStreamPair(clock, { delayMs: 1 });
        wires.set(device, () => near.close());
        return near;
      },
      labClock: freezer.clock(clock),
      linkClock,
      ids,
      heartbeatMs: beatMs,
      log: quiet,
    }).then(
      (running) => {
        self.running = running;
        if (!self.isAlive) running.kill();
      },
      () => {
        medium.isInUse = false;
        if (!self.isAlive) return;
        self.isAlive = false;
        soon(2_000, () => boot(device));
      },
    );
  }

  return {
    running: (device) => processes.get(device)?.running ?? null,
    link: (device) => processes.get(device)?.link ?? null,
    boot,
    crash(device, forMs, losesJournal = false) {
      const dying = processes.get(device);
      const medium = media.get(device)!;
      if (dying === undefined || !dying.isAlive) return;
      dying.isAlive = false;
      // The last write has to return, or throw, before its store is closed under it.
      queueMicrotask(() => {
        dying.running?.kill();
        dying.link?.die();
        medium.isInUse = false;
      });
      soon(forMs, () => {
        if (losesJournal) {
          medium.content = null;
          onJournalLost(device);
        }
        boot(device);
      });
    },
    freeze: (device, ms) => processes.get(device)?.freezer.freeze(ms),
    cutWire: (device) => wires.get(device)?.(),
    leap: (device, ms) => void leaps.set(device, (leaps.get(device) ?? 0) + ms),
    killAll() {
      for (const { running } of processes.values()) running?.kill();
    },
    foundRunning: () => foundRunning,
  };
}
