import { LabError, type LabEventOf } from "@labloop/contracts";
import { advance, deviceMachine } from "@labloop/machines";
import type { DeviceRecord, EngineState } from "../state.ts";
import type { Folded } from "./folded.ts";

/** Folds that staff have taken an instrument: nothing is sent to it, and nothing asked, until they give it back (E16). */
export function foldTaken(state: EngineState, { device: name, by, since }: LabEventOf<"device.taken">): Folded {
  const device = known(state, name);
  const { state: chart } = advance(deviceMachine, device.chart, { type: "taken" });
  return {
    state: replaced(state, { ...device, chart, local: { by, since } }),
    effects: [{ type: "stopReconcile", device: name }],
  };
}

/** Folds that an instrument was given back: it is asked what it knows before it is used again. */
export function foldReturned(state: EngineState, { device: name }: LabEventOf<"device.returned">): Folded {
  const device = known(state, name);
  const { state: chart, effects } = advance(deviceMachine, device.chart, { type: "returned" });
  return {
    state: replaced(state, { ...device, chart, local: null }),
    effects: effects.map(() => ({ type: "reconcile", device: name })),
  };
}

function known(state: EngineState, name: string): DeviceRecord {
  const device = state.devices.get(name);
  if (device === undefined)
    throw new LabError("journal.impossible", `${name} was taken or given back, and is not known`);
  return device;
}

function replaced(state: EngineState, device: DeviceRecord): EngineState {
  return { ...state, devices: new Map(state.devices).set(device.device, device) };
}
