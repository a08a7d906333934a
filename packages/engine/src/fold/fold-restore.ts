import type { LabEventOf } from "@labloop/contracts";
import { advance, deviceMachine } from "@labloop/machines";
import { isTerminal } from "../is-terminal.ts";
import { type EngineState, type Moment, orphanKey } from "../state.ts";
import { foldEpoch } from "./fold-estop.ts";
import type { Folded } from "./folded.ts";

type RestoreEvent = LabEventOf<
  "device.orphanFound" | "device.released" | "device.fenceAbove" | "engine.restoreConfirmed"
>;

/** Folds what shows that devices remember more than this journal does, and a person's word on it. */
export function foldRestore(state: EngineState, event: RestoreEvent, at: Moment): Folded {
  switch (event.type) {
    case "device.orphanFound": {
      const orphans = new Map(state.orphans).set(orphanKey(event.device, event.commandId), event.state);
      const device = state.devices.get(event.device);
      if (device === undefined || !isTerminal(event.state)) return { state: { ...state, orphans }, effects: [] };
      const { state: chart } = advance(deviceMachine, device.chart, { type: "closed" });
      const devices = new Map(state.devices).set(event.device, { ...device, chart });
      return { state: { ...state, orphans, devices }, effects: [] };
    }
    case "device.released": {
      const device = state.devices.get(event.device);
      if (device === undefined) return { state, effects: [] };
      const { state: chart } = advance(deviceMachine, device.chart, { type: "released" });
      const devices = new Map(state.devices).set(event.device, { ...device, chart, quarantine: null });
      const residues = new Map(state.residues);
      for (const [id, left] of residues) {
        if (left.device === event.device) residues.set(id, { ...left, overAt: Math.max(left.overAt, at.labAt) });
      }
      return { state: { ...state, devices, residues }, effects: [] };
    }
    case "device.fenceAbove": {
      const fencesAbove = new Map(state.fencesAbove).set(event.device, event.fence);
      return { state: { ...state, fencesAbove }, effects: [] };
    }
    case "engine.restoreConfirmed":
      return foldEpoch({ ...state, fencesAbove: new Map() }, event.epoch);
  }
}
