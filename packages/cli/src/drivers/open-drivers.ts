import { availableParallelism } from "node:os";
import type { Cancel, DriverStanding, Fault } from "@labloop/contracts";
import type { BrokerFlags } from "../lab/broker-access.ts";
import type { Links } from "../lab/open-links.ts";
import type { LoadedLab } from "../lab/load-lab.ts";
import { type DeviceSurroundings, openDevices } from "../lab/open-devices.ts";
import type { PlantAddress } from "../lab/plants-at.ts";
import { takeReloadRequests } from "./driver-notes.ts";
import {
  type DriverLimits,
  type DriverReload,
  type SupervisedDriver,
  superviseDriver,
  usualLimits,
} from "./supervise-driver.ts";

export interface DriverSurroundings extends DeviceSurroundings {
  /** Where the broker is; a driver in a process of its own joins it there. */
  readonly broker: string;
  readonly protocol: Links["protocol"];
  readonly access: BrokerFlags;
  /** Where the instrument behind a device of a simulated lab is, for a driver in a process of its own. */
  readonly plantOf: (deviceId: string) => PlantAddress | null;
  readonly limits?: DriverLimits;
  readonly onReload?: (reload: DriverReload) => void;
}

/** The drivers of a lab, wherever they run. */
export interface OpenDrivers {
  readonly deviceIds: readonly string[];
  /** Those whose drivers run in processes of their own, which can be replaced. */
  readonly reloadable: readonly string[];
  /** Of drivers in processes of their own, and of those that could not be loaded, by device. */
  readonly standings: () => Readonly<Record<string, DriverStanding>>;
  /** Resolves once each runs, or has failed for the first time. */
  settled(): Promise<void>;
  /** Devices first, then whatever watches over them. */
  close(): Promise<void>;
}

/** How often wishes to have a driver loaded anew are looked for, ms. */
const lookEveryMs = 500;

/** Starts the drivers of a lab's devices, in this process or each in one of its own, as the lab was loaded. */
export async function openDrivers(lab: LoadedLab, around: DriverSurroundings): Promise<OpenDrivers> {
  if (lab.isolation === "process") return openApart(lab, around);
  const devices = await openDevices(lab, around);
  const brokenAt = around.linkClock.now();
  const broken = Object.entries(lab.broken).map(([id, faults]) => [id, brokenStanding(faults, brokenAt)] as const);
  return {
    deviceIds: devices.map(({ deviceId }) => deviceId),
    reloadable: [],
    standings: () => Object.fromEntries(broken),
    settled: async () => undefined,
    async close() {
      for (const device of devices) await device.close();
    },
  };
}

function openApart(lab: LoadedLab, around: DriverSurroundings): OpenDrivers {
  const { document, path: labPath } = lab;
  const {
    only,
    folder,
    anchor,
    broker,
    protocol,
    access,
    plantOf,
    limits = usualLimits,
    linkClock,
    onReload,
    log,
  } = around;
  const turn = createTurns(availableParallelism());
  const hosted = Object.entries(document.devices).filter(
    ([id]) => only?.includes(id) !== false && !lab.elsewhere.includes(id),
  );
  const drivers = new Map<string, SupervisedDriver>();
  for (const [deviceId, device] of hosted) {
    const where = { labPath, lab: document.lab, mode: document.mode, folder, anchor, broker, protocol, access };
    const order = { type: "open", ...where, deviceId, device, plant: plantOf(deviceId) } as const;
    const caps = lab.caps[deviceId] ?? null;
    drivers.set(deviceId, superviseDriver({ order, caps, limits, linkClock, turn, onReload, log }));
  }
  const names = new Set(drivers.keys());
  let cancel: Cancel = () => undefined;
  const look = () => {
    for (const [name, request] of Object.entries(takeReloadRequests(folder, names))) {
      drivers
        .get(name)
        ?.reload(request)
        .catch((error: unknown) => log.error({ device: name, error }, "a driver could not be loaded anew"));
    }
    cancel = linkClock.at(linkClock.now() + lookEveryMs, look);
  };
  look();
  const all = [...drivers.values()];
  return {
    deviceIds: [...names],
    reloadable: [...names],
    standings: () => Object.fromEntries(all.map((driver) => [driver.deviceId, driver.standing()])),
    async settled() {
      await Promise.all(all.map((driver) => driver.settled));
    },
    async close() {
      cancel();
      await Promise.all(all.map((driver) => driver.close()));
    },
  };
}

function brokenStanding(faults: readonly Fault[], at: number): DriverStanding {
  const [first] = faults;
  const fault = first === undefined ? null : { ...first, at };
  return { state: "failed", since: at, restarts: 0, driverVersion: null, fault, retryAt: null };
}

/** Returns what lets so many in at a time, in the order in which they ask. */
function createTurns(most: number): () => Promise<() => void> {
  const waiting: (() => void)[] = [];
  let taken = 0;
  return async () => {
    if (taken >= most) await new Promise<void>((resolve) => waiting.push(resolve));
    else taken++;
    let isReleased = false;
    return () => {
      if (isReleased) return;
      isReleased = true;
      const next = waiting.shift();
      if (next === undefined) taken--;
      else next();
    };
  };
}
