import { createRandomIds } from "@labloop/clock";
import { LabError } from "@labloop/contracts";
import { openDataFolder } from "../data-folder.ts";
import { type OpenDrivers, openDrivers } from "../drivers/open-drivers.ts";
import { type ExitCode, exitCode } from "../exit-code.ts";
import { requireLabAddress } from "../lab/lab-address.ts";
import { type BrokerFlags, readBrokerAccess } from "../lab/broker-access.ts";
import { loadLab } from "../lab/load-lab.ts";
import { uploadToken } from "../lab/open-uploads.ts";
import { openLinks } from "../lab/open-links.ts";
import { plantsAt } from "../lab/plants-at.ts";
import { openTime } from "../lab/time.ts";
import { listenForStop } from "../listen-for-stop.ts";
import { openLog } from "../log.ts";
import { noBroker } from "../no-broker.ts";
import { faultText, print, printJson, say } from "../say.ts";
import { brokerOf } from "./broker-of.ts";
import { isolationOf } from "./isolation-of.ts";
import { reportFaults } from "./report-faults.ts";

export interface HostFlags extends BrokerFlags {
  readonly devices?: string;
  readonly broker?: string;
  readonly data: string;
  readonly world?: string;
  readonly isolation?: string;
  readonly json?: boolean;
}

/** `labloop host LAB`: drivers of a lab's devices in a process of their own, each with its journal, until it is stopped. */
export async function host(file: string, flags: HostFlags): Promise<ExitCode> {
  const isolation = isolationOf(flags.isolation);
  const loaded = await loadLab(file, { isolation, broken: "leave-out" });
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
  let drivers: OpenDrivers | null = null;
  try {
    drivers = await openDrivers(lab, {
      only,
      folder: folder.devices,
      labClock,
      linkClock,
      idsOf: () => createRandomIds(linkClock),
      join: (id, will) => links.join(id, will),
      world: address === null ? null : plantsAt({ file: addressFile }, document.lab, linkClock),
      heartbeatMs: 1_000,
      uploadToken: uploadToken(),
      anchor: time.anchor,
      broker,
      protocol: links.protocol,
      access: access.flags,
      plantOf: () => (address === null ? null : { file: addressFile }),
      log,
    });
    await Promise.race([drivers.settled(), stop.asked]);
    const standings = drivers.standings();
    for (const device of new Set([...drivers.deviceIds, ...Object.keys(standings)])) {
      if (!only.includes(device)) continue;
      const fault = standings[device]?.fault ?? null;
      if (flags.json === true) {
        printJson(
          fault === null ? { v: 1, type: "device.hosted", device } : { v: 1, type: "device.failed", device, fault },
        );
      } else if (fault === null) print(`${device} on ${broker}`);
      else say(`${device}: ${faultText(fault)}`);
    }
    await stop.asked;
  } finally {
    stop.forget();
    await drivers?.close();
    await links.close();
  }
  return exitCode.done;
}
