import type { DeviceCaps, DeviceState, LabEvent } from "@labloop/contracts";
import type { EngineState } from "../state.ts";
import { type Decision, nothing } from "./decision.ts";
import { quarantine } from "./quarantine.ts";

/** Returns what a birth or a death leads to; a death of an older connection than the current one is ignored. */
export function onDeviceState(state: EngineState, message: DeviceState): Decision {
  const { device, bootId, bdSeq, journalId } = message;
  const known = state.devices.get(device);
  if (!message.online) {
    const isCurrent = known !== undefined && known.bootId === bootId && known.bdSeq === bdSeq;
    return isCurrent && known.chart.value !== "offline" && known.chart.value !== "quarantined"
      ? only({ type: "device.lost", device, reason: "will" })
      : nothing;
  }
  if (state.campaign !== null && state.campaign.mode !== message.mode) {
    const what = `it is ${message.mode} and this campaign runs in a ${state.campaign.mode} lab`;
    return quarantine(state, device, "device.wrongMode", what);
  }
  // The broker repeats a birth at every subscribe; it is news only when something has changed or the link was down.
  // One that was overtaken by the birth after it.
  if (known?.bootId === bootId && bdSeq < known.bdSeq) return nothing;
  const isNews = known?.bootId !== bootId || known.bdSeq !== bdSeq || known.chart.value === "offline";
  return isNews ? only({ type: "device.born", device, bootId, journalId, bdSeq }) : nothing;
}

/** Returns what a device's announcement leads to; `capsHash` is the digest of what it announces. */
export function onCaps(state: EngineState, device: string, caps: DeviceCaps, capsHash: string): Decision {
  if (state.devices.get(device)?.capsHash === capsHash) return nothing;
  return only({ type: "device.announced", device, caps, capsHash });
}

/**
 * Returns what a change of a device's pulse leads to. `restarted` is a heartbeat under another boot id than was
 * announced: its birth was missed, and it is asked what it knows before it is used again.
 */
export function onPulse(
  state: EngineState,
  device: string,
  pulse: "alive" | "restarted" | "suspect" | "lost",
): Decision {
  const chart = state.devices.get(device)?.chart.value;
  if (chart === undefined || chart === "quarantined") return nothing;
  switch (pulse) {
    case "alive":
      return chart === "suspect" || chart === "offline" ? only({ type: "device.heard", device }) : nothing;
    case "restarted": {
      if (chart === "reconciling") return nothing;
      const heard: LabEvent = { type: "device.heard", device };
      const isUsed = chart === "idle" || chart === "busy";
      return { events: isUsed ? [{ type: "device.suspected", device }, heard] : [heard], effects: [] };
    }
    case "suspect":
      return chart === "idle" || chart === "busy" || chart === "reconciling"
        ? only({ type: "device.suspected", device })
        : nothing;
    case "lost":
      return chart === "offline" ? nothing : only({ type: "device.lost", device, reason: "silent" });
  }
}

/** Returns what losing our own link to the broker leads to: no device can be reached. */
export function onUnlinked(state: EngineState): Decision {
  const events = [...state.devices.values()]
    .filter(({ chart }) => chart.value !== "offline" && chart.value !== "quarantined")
    .map(({ device }): LabEvent => ({ type: "device.lost", device, reason: "unlinked" }));
  return { events, effects: [] };
}

function only(event: LabEvent): Decision {
  return { events: [event], effects: [] };
}
