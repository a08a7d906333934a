import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Bus, Will } from "@labloop/bus";
import { type Clock, type Ids, LabError, type Log } from "@labloop/contracts";
import {
  type ByteStream,
  connectTcp,
  lastRecordedAt,
  openDevice,
  openSqliteStore,
  type RunningDevice,
} from "@labloop/driver";
import type { LoadedLab } from "./load-lab.ts";
import type { SimulatedWorld } from "./open-world.ts";

export interface DeviceSurroundings {
  readonly folder: string;
  readonly labClock: Clock;
  readonly linkClock: Clock;
  /** Ids of one device's driver; no two drivers, and no two starts of one, may share a source. */
  readonly idsOf: (deviceId: string) => Ids;
  readonly join: (clientId: string, will: () => Will) => Bus;
  readonly world: SimulatedWorld | null;
  readonly heartbeatMs: number;
  readonly log: Log;
}

/** Starts the driver of every device in a lab, each with its own journal, bus client and wire. */
export async function openDevices(lab: LoadedLab, around: DeviceSurroundings): Promise<RunningDevice[]> {
  mkdirSync(around.folder, { recursive: true });
  const running: RunningDevice[] = [];
  for (const [deviceId, device] of Object.entries(lab.document.devices)) {
    const definition = lab.definitions[deviceId];
    if (definition === undefined) throw new LabError("lab.noDriver", `no driver was loaded for ${deviceId}`);
    const ids = around.idsOf(deviceId);
    running.push(
      await openDevice({
        definition,
        deviceId,
        config: device.config,
        mode: lab.document.mode,
        connect: (will) => around.join(`dev-${deviceId}`, will),
        store: openSqliteStore({ path: join(around.folder, `${deviceId}.db`), ids }),
        openWire: () => openWire(deviceId, device.transport, around),
        labClock: around.labClock,
        linkClock: around.linkClock,
        ids,
        heartbeatMs: around.heartbeatMs,
        log: around.log,
      }),
    );
  }
  return running;
}

/** Returns the latest instant that the device journals of a folder know of; 0 when there is none. */
export function lastDeviceAt(folder: string): number {
  const journals = readdirSync(folder).filter((name) => name.endsWith(".db"));
  return Math.max(0, ...journals.map((name) => lastRecordedAt(join(folder, name)) ?? 0));
}

function openWire(
  deviceId: string,
  transport: LoadedLab["document"]["devices"][string]["transport"],
  { world, linkClock }: DeviceSurroundings,
): Promise<ByteStream> {
  if ("tcp" in transport) {
    const [host = "", port = ""] = transport.tcp.split(":");
    return connectTcp({ host, port: Number(port), linkClock });
  }
  if (world === null) throw new LabError("lab.plantInRealLab", `${deviceId} names a plant, and this lab is real`);
  return world.openWire(deviceId);
}
