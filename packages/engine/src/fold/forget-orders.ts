import { type DeviceRecord, type EngineState, openCommands } from "../state.ts";
import { replace } from "./step-state.ts";

/**
 * Returns the state in which a device has lost its memory of all that it was ordered so far. It stands with the orders, since
 * why the device is out of use may be another reason, and is forgotten when a person releases it.
 */
export function forgetOrders(state: EngineState, device: DeviceRecord): EngineState {
  const { device: name } = device;
  const devices = new Map(state.devices).set(name, { ...device, staleEpoch: state.epoch });
  const residues = new Map(state.residues);
  for (const [id, left] of residues) if (left.device === name) residues.set(id, { ...left, wasForgotten: true });
  return openCommands(state)
    .filter((command) => command.device === name)
    .reduce<EngineState>((next, command) => replace(next, { ...command, wasForgotten: true }), {
      ...state,
      devices,
      residues,
    });
}
