import type { EngineState } from "../state.ts";
import type { Decision } from "./decision.ts";
import { nothing } from "./decision.ts";

/** The code of what a campaign was only told by another of its lab. */
export const heldByOther = "device.heldByOther";

/** Returns that a device is taken out of use, by name and with why; nothing when it is out of use already. */
export function quarantine(state: EngineState, device: string, code: string, message: string): Decision {
  const known = state.devices.get(device)?.quarantine ?? null;
  // A reason of its own stands after that of the other campaign has gone.
  if (known !== null && (known.code !== heldByOther || code === heldByOther)) return nothing;
  const said = `${device} was taken out of use: ${message}`;
  return { events: [{ type: "device.quarantined", device, code, message: said }], effects: [] };
}
