import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Bus, Will } from "@labloop/bus";
import type { Clock, ClockAnchor, Ids, LabDevice, Log } from "@labloop/contracts";
import {
  type DeviceDefinition,
  lastRecordedAt,
  openDevice,
  openSqliteStore,
  type RunningDevice,
} from "@labloop/driver";
import type { LoadedLab } from "./load-lab.ts";
import { wireOpener } from "./open-wires.ts";
import type { Plants } from "./open-world.ts";

export interface DeviceSurroundings {
  /** The devices to start; all of the lab by default. */
  readonly only?: readonly string[];
  readonly folder: string;
  readonly labClock: Clock;
  readonly anchor: ClockAnchor;
  readonly linkClock: Clock;
  /** Ids of one device's driver; no two drivers, and no two starts of one, may share a source. */
  readonly idsOf: (deviceId: string) => Ids;
  readonly join: (clientId: string, will: () => Will) => Bus;
  readonly world: Plants | null;
  readonly heartbeatMs: number;
  /** What the engine's place for large results wants to be shown, if anything. */
  readonly uploadToken: string | undefined;
  readonly log: Log;
}

/** Starts the drivers of a lab's devices in this process, each with its own journal, bus client and wire. */
export async function openDevices(lab: LoadedLab, around: DeviceSurroundings): Promise<RunningDevice[]> {
  const running: RunningDevice[] = [];
  for (const [deviceId, device] of Object.entries(lab.document.devices)) {
    if (around.only?.includes(deviceId) === false) continue;
    // One whose driver runs elsewhere is met on the broker.
    const definition = lab.definitions[deviceId];
    if (definition === undefined) continue;
    running.push(await openHostedDevice(lab.path, deviceId, definition, device, lab.document.mode, around));
  }
  return running;
}

/** Starts the driver of one device in this process. */
export function openHostedDevice(
  labPath: string,
  deviceId: string,
  definition: DeviceDefinition,
  device: LabDevice,
  mode: "real" | "simulated",
  around: Omit<DeviceSurroundings, "only">,
): Promise<RunningDevice> {
  mkdirSync(around.folder, { recursive: true });
  const ids = around.idsOf(deviceId);
  return openDevice({
    definition,
    deviceId,
    config: device.config,
    mode,
    ...(device.serialNumber === undefined ? {} : { serial: device.serialNumber }),
    ...(device.firmware === undefined ? {} : { firmware: device.firmware }),
    connect: (will) => around.join(`dev-${deviceId}`, will),
    store: openSqliteStore({ path: join(around.folder, `${deviceId}.db`), ids }),
    openWire: wireOpener(labPath, deviceId, device.transport, around),
    labClock: around.labClock,
    anchor: around.anchor,
    linkClock: around.linkClock,
    ids,
    heartbeatMs: around.heartbeatMs,
    ...(around.uploadToken === undefined ? {} : { uploadToken: around.uploadToken }),
    log: logOf(around.log, deviceId),
  });
}

/** Several devices share a process and its log: every line says whose it is. */
function logOf(log: Log, device: string): Log {
  return {
    debug: (fields, message) => log.debug({ device, ...fields }, message),
    info: (fields, message) => log.info({ device, ...fields }, message),
    warn: (fields, message) => log.warn({ device, ...fields }, message),
    error: (fields, message) => log.error({ device, ...fields }, message),
  };
}

/** Returns the latest instant that the device journals of a folder know of; 0 when there is none. */
export function lastDeviceAt(folder: string): number {
  const journals = readdirSync(folder).filter((name) => name.endsWith(".db"));
  return Math.max(0, ...journals.map((name) => lastRecordedAt(join(folder, name)) ?? 0));
}
