import type { EngineState } from "../state.ts";
import type { Decision } from "./decision.ts";
import { nothing } from "./decision.ts";

/** Returns that a device is taken out of use, by name and with why; nothing when it is out of use already. */
export function quarantine(state: EngineState, device: string, code: string, message: string): Decision {
  if (state.devices.get(device)?.quarantine != null) return nothing;
  const said = `${device} was taken out of use: ${message}`;
  return { events: [{ type: "device.quarantined", device, code, message: said }], effects: [] };
}
