import type { LabEvent } from "@labloop/contracts";
import { advance, begin, deviceMachine } from "@labloop/machines";
import type { Effect } from "../effect.ts";
import type { DeviceRecord, EngineState } from "../state.ts";
import type { Folded } from "./folded.ts";

type DeviceEvent = Extract<LabEvent, { type: `device.${string}` }>;

/** Folds what is learnt about a device; it is known from the first word it says. */
export function foldDevice(state: EngineState, event: DeviceEvent): Folded {
  const known = state.devices.get(event.device) ?? newDevice(event.device);
  const [device, effects] = after(state, known, event);
  return { state: { ...state, devices: new Map(state.devices).set(event.device, device) }, effects };
}

function newDevice(device: string): DeviceRecord {
  return {
    device,
    chart: begin(deviceMachine, { device }).state,
    caps: null,
    capsHash: null,
    bootId: null,
    journalId: null,
    bdSeq: 0,
    jseq: 0,
    dseq: 0,
    lastUsed: 0,
    quarantine: null,
  };
}

function after(state: EngineState, device: DeviceRecord, event: DeviceEvent): [DeviceRecord, Effect[]] {
  switch (event.type) {
    case "device.announced":
      return [{ ...device, caps: event.caps, capsHash: event.capsHash }, []];
    case "device.born": {
      const moved = advance(deviceMachine, device.chart, { type: "born", bootId: event.bootId, bdSeq: event.bdSeq });
      const next = { ...device, chart: moved.state, bootId: event.bootId, bdSeq: event.bdSeq };
      return [next, effectsOf(event.device, moved.effects)];
    }
    case "device.reconciled": {
      const hasOpenCommand = [...state.runs.values()].some((run) =>
        Object.values(run.steps).some(
          (command) => command.device === event.device && command.outcome === null && command.doubt === null,
        ),
      );
      const moved = advance(deviceMachine, device.chart, { type: "reconciled", hasOpenCommand });
      const next = {
        ...device,
        chart: moved.state,
        bootId: event.bootId,
        journalId: event.journalId,
        jseq: Math.max(device.jseq, event.jseq),
        // New numbers must lie above everything the device has seen, also after an old backup was restored.
        dseq: Math.max(device.dseq, event.maxDseq, event.watermark),
      };
      return [next, effectsOf(event.device, moved.effects)];
    }
    case "device.suspected":
    case "device.heard":
    case "device.lost": {
      const moved = advance(deviceMachine, device.chart, { type: shortType(event.type) });
      return [{ ...device, chart: moved.state }, effectsOf(event.device, moved.effects)];
    }
    case "device.quarantined": {
      const moved = advance(deviceMachine, device.chart, { type: "quarantined", reason: event.message });
      const quarantine = { code: event.code, message: event.message };
      return [{ ...device, chart: moved.state, quarantine }, effectsOf(event.device, moved.effects)];
    }
  }
}

function shortType(type: "device.suspected" | "device.heard" | "device.lost"): "suspected" | "heard" | "lost" {
  return type.slice("device.".length) as "suspected" | "heard" | "lost";
}

function effectsOf(device: string, effects: readonly { readonly type: string }[]): Effect[] {
  return effects.filter((effect) => effect.type === "sendReconcile").map(() => ({ type: "reconcile", device }));
}
