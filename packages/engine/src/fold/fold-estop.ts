import { LabError, type LabEvent } from "@labloop/contracts";
import { advance, deviceMachine } from "@labloop/machines";
import type { Effect } from "../effect.ts";
import type { EngineState, EstopRecord, Moment } from "../state.ts";
import type { Folded } from "./folded.ts";

type EstopEvent = Extract<LabEvent, { type: `estop.${string}` | "engine.epochRaised" }>;

/** Folds an E-STOP, from its being raised to the new epoch after it was cleared. */
export function foldEstop(state: EngineState, event: EstopEvent, at: Moment): Folded {
  switch (event.type) {
    case "estop.raised": {
      const { stopId, reason, by } = event;
      const devices = Object.fromEntries([...state.devices.keys()].map((device) => [device, "asked" as const]));
      const estop: EstopRecord = { stopId, isActive: true, reason, by, since: at, devices };
      return { state: { ...state, estop }, effects: [{ type: "callStop" }] };
    }
    case "estop.acknowledged":
      return { state: { ...state, estop: answered(state, event.device, "stopped") }, effects: [] };
    case "estop.unanswered":
      return { state: { ...state, estop: answered(state, event.device, "no-answer") }, effects: [] };
    case "estop.cleared": {
      const { stopId, reason, by } = event;
      const estop: EstopRecord = { ...standing(state), stopId, isActive: false, reason, by, since: at };
      return { state: { ...state, estop }, effects: [{ type: "callStop" }, { type: "raiseEpoch" }] };
    }
    case "engine.epochRaised":
      return foldEpoch(state, event.epoch);
  }
}

function answered(state: EngineState, device: string, as: EstopRecord["devices"][string]): EstopRecord {
  const estop = standing(state);
  return { ...estop, devices: { ...estop.devices, [device]: as } };
}

function standing({ estop }: EngineState): EstopRecord {
  if (estop === null) throw new LabError("journal.impossible", "an E-STOP is spoken of that nobody raised");
  return estop;
}

/** Under a new epoch every device that can be reached is asked anew before it is used (S4). */
export function foldEpoch(state: EngineState, epoch: number): Folded {
  const devices = new Map(state.devices);
  const effects: Effect[] = [];
  for (const device of devices.values()) {
    // One in the hands of staff is asked when they give it back.
    if (device.chart.value === "offline" || device.chart.value === "local") continue;
    const lost = advance(deviceMachine, device.chart, { type: "lost" }).state;
    const heard = advance(deviceMachine, lost, { type: "heard" });
    devices.set(device.device, { ...device, chart: heard.state });
    if (heard.state.value === "reconciling") effects.push({ type: "reconcile", device: device.device });
  }
  return { state: { ...state, devices, epoch }, effects };
}
