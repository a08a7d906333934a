import type { CommandError } from "@labloop/contracts";
import type { Local } from "../store/local.ts";
import type { Latch } from "./latch.ts";
import { timestamp } from "./messages.ts";

/** Returns what stands against any start at all, asked at `execute` (D3) and once more right before the first byte (D4). */
export function createGate(options: {
  readonly latch: Latch;
  readonly local: () => Local | null;
  /** For how long the engine has been silent, when that is too long by what the device declares (D15); else null. */
  readonly silentMs: () => number | null;
}): () => CommandError | null {
  const { latch, local, silentMs } = options;
  return () => {
    if (latch.isHeld()) {
      const message = `E-STOP ${latch.stopId()} stands: nothing is done before a person has cleared it`;
      return { code: "estop-latched", message, class: "crash" };
    }
    const taken = local();
    if (taken !== null) return localControl(taken);
    const silent = silentMs();
    if (silent !== null) {
      const message = `no heartbeat of the engine for ${silent} ms: nothing is started before it is back`;
      return { code: "device.engineSilent", message, class: "crash" };
    }
    return null;
  };
}

/** Returns why nothing is done while staff have the instrument (D19). */
export function localControl({ by, since }: Local): CommandError {
  const message = `${by} has had the instrument since ${timestamp(since)}: nothing is started before it is given back`;
  return { code: "local-control", message, class: "crash" };
}
