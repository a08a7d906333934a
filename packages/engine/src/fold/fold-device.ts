import { LabError, type LabEventOf } from "@labloop/contracts";
import { advance, begin, deviceMachine } from "@labloop/machines";
import type { Effect } from "../effect.ts";
import { isTerminal } from "../is-terminal.ts";
import { memoryLost } from "../memory-lost.ts";
import { type DeviceRecord, type EngineState, type Moment, openCommand, openCommands, orphanKey } from "../state.ts";
import type { Folded } from "./folded.ts";
import { forgetOrders } from "./forget-orders.ts";
import { replace } from "./step-state.ts";

type DeviceEvent = LabEventOf<
  | "device.announced"
  | "device.born"
  | "device.suspected"
  | "device.heard"
  | "device.lost"
  | "device.reconciled"
  | "device.quarantined"
>;

/** Folds what is learnt about a device; it is known from the first word it says. */
export function foldDevice(state: EngineState, event: DeviceEvent, at: Moment): Folded {
  const known = state.devices.get(event.device) ?? newDevice(event.device);
  const [device, effects] = after(state, known, event);
  const followed = { ...state, devices: new Map(state.devices).set(event.device, device) };
  const next = hasForgotten(known, event) ? forgetOrders(followed, device) : followed;
  const renewed = event.type === "device.reconciled" ? (event.renewed ?? []) : [];
  const again = renewed.map((commandId): Effect => ({ type: "publishCommand", commandId }));
  return {
    state: renewed.reduce<EngineState>((folded, commandId) => renew(folded, commandId, at), next),
    effects: [...effects, ...again],
  };
}

/** Whether it shows that the device has another journal than the one it was last reconciled with, or an older copy of it. */
function hasForgotten({ journalId }: DeviceRecord, event: DeviceEvent): boolean {
  if (event.type === "device.quarantined") return event.code === memoryLost;
  const tells = event.type === "device.born" || event.type === "device.reconciled";
  return tells && journalId !== null && journalId !== event.journalId;
}

/** The same command, sent again: it is due anew, and its deadlines with it (contract section 8, reconcile step 4). */
function renew(state: EngineState, commandId: string, at: Moment): EngineState {
  const command = openCommand(state, commandId);
  if (command === null) {
    throw new LabError("journal.impossible", `command ${commandId} is sent again and is not open`);
  }
  return replace(state, { ...command, renewed: at, overdue: null });
}

function newDevice(device: string): DeviceRecord {
  return {
    device,
    chart: begin(deviceMachine, { device }).state,
    caps: null,
    capsHash: null,
    bootId: null,
    reconciledBootId: null,
    journalId: null,
    announcedJournalId: null,
    staleEpoch: 0,
    bdSeq: 0,
    jseq: 0,
    dseq: 0,
    lastUsed: 0,
    declined: { count: 0, wallAt: 0 },
    quarantine: null,
    local: null,
  };
}

function after(state: EngineState, device: DeviceRecord, event: DeviceEvent): [DeviceRecord, Effect[]] {
  switch (event.type) {
    case "device.announced":
      return [{ ...device, caps: event.caps, capsHash: event.capsHash }, []];
    case "device.born": {
      const moved = advance(deviceMachine, device.chart, { type: "born", bootId: event.bootId, bdSeq: event.bdSeq });
      const { bootId, bdSeq, journalId: announcedJournalId } = event;
      const next = { ...device, chart: moved.state, bootId, bdSeq, announcedJournalId };
      return heldBack(next, effectsOf(event.device, moved.effects));
    }
    case "device.reconciled": {
      // One in doubt keeps its device busy as much as one that runs (E8), and so does what may still be going on there.
      const hasOpenCommand =
        openCommands(state).some(({ device: on }) => on === event.device) ||
        [...state.residues.values()].some(({ device: on }) => on === event.device) ||
        [...state.orphans].some(([key, word]) => key.startsWith(orphanKey(event.device, "")) && !isTerminal(word));
      const isSameJournal = device.journalId === null || device.journalId === event.journalId;
      const moved = advance(deviceMachine, device.chart, { type: "reconciled", hasOpenCommand });
      const next = {
        ...device,
        chart: moved.state,
        bootId: event.bootId,
        reconciledBootId: event.bootId,
        journalId: event.journalId,
        jseq: isSameJournal ? Math.max(device.jseq, event.jseq) : event.jseq,
        // New numbers must lie above everything the device has seen, also after an old backup was restored.
        dseq: Math.max(device.dseq, event.maxDseq, event.watermark),
      };
      return [next, effectsOf(event.device, moved.effects)];
    }
    case "device.suspected":
    case "device.heard": {
      const moved = advance(deviceMachine, device.chart, {
        type: event.type === "device.heard" ? "heard" : "suspected",
      });
      return heldBack({ ...device, chart: moved.state }, effectsOf(event.device, moved.effects));
    }
    case "device.lost": {
      const moved = advance(deviceMachine, device.chart, { type: "lost" });
      return [{ ...device, chart: moved.state }, [{ type: "stopReconcile", device: event.device }]];
    }
    case "device.quarantined": {
      const moved = advance(deviceMachine, device.chart, { type: "quarantined", reason: event.message });
      const quarantine = { code: event.code, message: event.message };
      return [{ ...device, chart: moved.state, quarantine }, effectsOf(event.device, moved.effects)];
    }
  }
}

/** A device that is back in reach and still in the hands of staff is not asked anything (E16). */
function heldBack(device: DeviceRecord, effects: Effect[]): [DeviceRecord, Effect[]] {
  if (device.local === null || device.chart.value !== "reconciling") return [device, effects];
  return [{ ...device, chart: advance(deviceMachine, device.chart, { type: "taken" }).state }, []];
}

function effectsOf(device: string, effects: readonly { readonly type: string }[]): Effect[] {
  return effects.filter((effect) => effect.type === "sendReconcile").map(() => ({ type: "reconcile", device }));
}
