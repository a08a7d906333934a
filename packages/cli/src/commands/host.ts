import { createRandomIds } from "@labloop/clock";
import { LabError } from "@labloop/contracts";
import type { RunningDevice } from "@labloop/driver";
import { openDataFolder } from "../data-folder.ts";
import { type ExitCode, exitCode } from "../exit-code.ts";
import { requireLabAddress } from "../lab/lab-address.ts";
import { type BrokerFlags, readBrokerAccess } from "../lab/broker-access.ts";
import { loadLab } from "../lab/load-lab.ts";
import { openDevices } from "../lab/open-devices.ts";
import { uploadToken } from "../lab/open-uploads.ts";
import { openLinks } from "../lab/open-links.ts";
import { plantsElsewhere } from "../lab/plants-elsewhere.ts";
import { openTime } from "../lab/time.ts";
import { listenForStop } from "../listen-for-stop.ts";
import { openLog } from "../log.ts";
import { noBroker } from "../no-broker.ts";
import { print, printJson } from "../say.ts";
import { brokerOf, reportFaults } from "./run.ts";

export interface HostFlags extends BrokerFlags {
  readonly devices?: string;
  readonly broker?: string;
  readonly data: string;
  readonly world?: string;
  readonly json?: boolean;
}

/** `labloop host LAB`: drivers of a lab's devices in a process of their own, each with its journal, until it is stopped. */
export async function host(file: string, flags: HostFlags): Promise<ExitCode> {
  const loaded = await loadLab(file);
  if (!loaded.ok) return reportFaults(loaded.faults, flags.json === true);
  const lab = loaded.value;
  const { document } = lab;
  const broker = brokerOf(flags.broker);
  if (broker === undefined) throw noBroker("host");
  const access = readBrokerAccess(broker, flags);
  const only = flags.devices === undefined ? Object.keys(document.devices) : flags.devices.split(",");
  const unknown = only.filter((name) => !Object.hasOwn(document.devices, name));
  if (unknown.length > 0) {
    const known = Object.keys(document.devices).join(", ");
    throw new LabError("usage.unknownDevice", `${file} has no ${unknown.join(", ")}`, { hint: `it has ${known}` });
  }

  const folder = openDataFolder(flags.data);
  const addressFile = flags.world ?? folder.address;
  const address = document.mode === "simulated" ? requireLabAddress(addressFile, document.lab) : null;
  const { kind, scale } = address?.clock ?? { kind: "real", scale: 1 };
  const time = openTime({ kind, scale, anchor: address?.clock ?? null }, null, 0);
  const { labClock, linkClock } = time;
  const log = openLog();
  const links = await openLinks(document.lab, time, broker, log, access);
  const stop = listenForStop();
  let devices: readonly RunningDevice[] = [];
  try {
    devices = await openDevices(lab, {
      only,
      folder: folder.devices,
      labClock,
      linkClock,
      idsOf: () => createRandomIds(linkClock),
      join: (id, will) => links.join(id, will),
      world: address === null ? null : plantsElsewhere(addressFile, document.lab, linkClock),
      heartbeatMs: 1_000,
      uploadToken: uploadToken(),
      log,
    });
    for (const { deviceId } of devices) {
      if (flags.json === true) printJson({ v: 1, type: "device.hosted", device: deviceId });
      else print(`${deviceId} on ${broker}`);
    }
    await stop.asked;
  } finally {
    stop.forget();
    for (const device of devices) await device.close();
    await links.close();
  }
  return exitCode.done;
}
