import { type Cancel, type Clock, type LabEvent, topicOf } from "@labloop/contracts";
import type { LoadedCampaign } from "./load-campaign.ts";

/** How long a driver may be away before it is told of, ms of link time: one that is there is heard well before; chosen. */
const graceMs = 2_000;

/** What tells of drivers in other processes while a campaign waits for them. */
export interface AwaitedDrivers {
  take(event: LabEvent): void;
  close(): void;
}

/**
 * Tells which drivers in other processes a campaign waits for, on which topic, and what to do, and again when each has come:
 * within moments of the start, and whenever one is lost later on.
 */
export function awaitDrivers(options: {
  /** Those that are met on the broker. */
  readonly devices: readonly string[];
  /** Those of them that have been heard so far. */
  readonly heard: readonly string[];
  readonly lab: string;
  readonly broker: string;
  /** Returns the command line that starts the driver of a device. */
  readonly startedBy: (device: string) => string;
  readonly linkClock: Clock;
  readonly say: (line: string) => void;
}): AwaitedDrivers {
  const { devices, heard, lab, broker, startedBy, linkClock, say } = options;
  const away = new Set(devices.filter((device) => !heard.includes(device)));
  const told = new Set<string>();
  let cancel: Cancel | null = null;

  const tell = () => {
    cancel = null;
    const untold = [...away].filter((device) => !told.has(device));
    for (const device of untold) {
      told.add(device);
      say(`waiting for the driver of ${device}: nothing on ${topicOf(lab, "state", device)} at ${broker}`);
      say(`    start it: ${startedBy(device)}`);
    }
    if (untold.length > 0) say("    where it does run, see that it has this lab, this device and this broker");
  };
  const wait = () => {
    if (away.size > 0) cancel ??= linkClock.at(linkClock.now() + graceMs, tell);
  };
  wait();
  return {
    take(event) {
      if (event.type === "device.lost" && devices.includes(event.device)) {
        away.add(event.device);
        wait();
      } else if (event.type === "device.born" || event.type === "device.heard") {
        away.delete(event.device);
        if (told.delete(event.device)) say(`the driver of ${event.device} has come`);
      }
    },
    close() {
      cancel?.();
      cancel = null;
      away.clear();
    },
  };
}

/** Returns the devices that a campaign needs and whose drivers run in other processes: all that it needs where `isApart`. */
export function awaitedBy({ lab, checked }: LoadedCampaign, isApart: boolean): string[] {
  const needed = new Set(Object.values(checked.protocol.document.roles));
  const elsewhere = isApart ? Object.keys(lab.document.devices) : lab.elsewhere;
  return elsewhere.filter((device) => needed.has(lab.caps[device]?.capability ?? ""));
}
