import type { EngineState } from "../state.ts";
import type { Decision } from "./decision.ts";
import { memoryLost } from "../memory-lost.ts";
import { nothing } from "./decision.ts";

/** The code of what a campaign was only told by another of its lab. */
export const heldByOther = "device.heldByOther";

/**
 * Returns that a device is taken out of use, by name and with why; nothing when it is out of use already, unless it has lost
 * its memory, which people are to know besides.
 */
export function quarantine(state: EngineState, device: string, code: string, message: string): Decision {
  const known = state.devices.get(device)?.quarantine ?? null;
  // A reason of its own stands after that of the other campaign has gone.
  const isOwn = known !== null && known.code !== heldByOther;
  const isBesides = isOwn && code === memoryLost && known.code !== memoryLost;
  if (known !== null && !isBesides && (isOwn || code === heldByOther)) return nothing;
  const said = isBesides ? `${known.message}; ${message}` : `${device} was taken out of use: ${message}`;
  return { events: [{ type: "device.quarantined", device, code, message: said }], effects: [] };
}
