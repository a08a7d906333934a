import type { DeviceMessage, EngineControl, Execute, Heartbeat, LabEvent } from "@labloop/contracts";
import type { MemoryMedium } from "@labloop/driver";
import type { Passing } from "./network.ts";

/** What every message is held against: both journals as they are on disk at that moment. */
export interface OnDisk {
  readonly everCommitted: readonly LabEvent[];
  readonly media: ReadonlyMap<string, MemoryMedium>;
  /** The highest fence that each device has told of. */
  readonly saidFence: ReadonlyMap<string, number>;
  /** The highest E-STOP that each device has told of; noted here. */
  readonly saidStop: Map<string, number>;
}

const ends: ReadonlySet<string> = new Set([
  "step.succeeded",
  "step.failed",
  "step.notExecuted",
  "step.doubted",
  "step.resolved",
  "step.contradicted",
  "device.orphanFound",
]);

/** Returns what is wrong with a message: it speaks of what is not durable, or takes back what was. */
export function wireFaults({ key, name, payload }: Passing, disk: OnDisk): string[] {
  if (key === "command") {
    const { commandId } = payload as Execute;
    const isIntended = disk.everCommitted.some(
      (event) => event.type === "step.intended" && event.commandId === commandId,
    );
    return isIntended ? [] : [`E1: ${commandId} was published before its intent was durable`];
  }
  if (key === "control") {
    const control = payload as EngineControl;
    if (control.kind !== "ack") return [];
    return control.commandIds
      .filter(
        (id) =>
          !disk.everCommitted.some((event) => ends.has(event.type) && "commandId" in event && event.commandId === id),
      )
      .map((id) => `E4: ${id} was acknowledged before its end was durable`);
  }
  if (key === "heartbeat") {
    const { stopId = 0 } = payload as Heartbeat;
    const said = disk.saidStop.get(name) ?? 0;
    disk.saidStop.set(name, Math.max(said, stopId));
    return stopId < said ? [`I6: ${name} has forgotten the E-STOP ${said}`] : [];
  }
  if (key !== "report") return [];
  const message = payload as DeviceMessage;
  const faults: string[] = [];
  const content = disk.media.get(name)?.content;
  if (message.kind === "report") {
    const state = content?.records.get(message.commandId)?.state;
    if (state !== message.state)
      faults.push(`D2: ${name} reported ${message.state} of ${message.commandId}, its journal has ${state}`);
  }
  if ("fence" in message && message.fence < (disk.saidFence.get(name) ?? 0)) {
    faults.push(`I6: the fence of ${name} went back to ${message.fence}`);
  }
  return faults;
}
