import { type ClockAnchor, type DeviceCaps, type DeviceState, isSameClock, type LabEvent } from "@labloop/contracts";
import type { EngineState } from "../state.ts";
import { forgotten } from "./forgotten.ts";
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
  const other = state.campaign === null ? null : otherClock(state.campaign.clock, message.clock);
  if (other !== null) return quarantine(state, device, "device.wrongClock", other);
  // The broker repeats a birth at every subscribe; it is news only when something has changed or the link was down.
  // One that was overtaken by the birth after it.
  if (known?.bootId === bootId && bdSeq < known.bdSeq) return nothing;
  const isNews = known?.bootId !== bootId || known.bdSeq !== bdSeq || known.chart.value === "offline";
  // One that is out of use or in the hands of staff is not asked, so the doubt may not wait for its answer (E9).
  const isOther = known !== undefined && known.journalId !== null && known.journalId !== journalId;
  const doubted = isOther ? forgotten(state, device) : [];
  const born: LabEvent[] = isNews ? [{ type: "device.born", device, bootId, journalId, bdSeq }, ...doubted] : [];
  // Of a device that was never heard of, the birth is the first that is known.
  const local = onLocal(state, message);
  return { events: known === undefined ? [...born, ...local] : [...local, ...born], effects: [] };
}

/**
 * Returns in what the lab clock that a driver keeps is another than the campaign's; null when it is the same. Every wait and
 * every duration of an act would be of another length. In virtual time there is one process, with one clock.
 */
function otherClock(lab: ClockAnchor, kept: ClockAnchor | undefined): string | null {
  if (lab.kind === "virtual") return null;
  const isReal = kept === undefined || kept.kind === "real";
  if (lab.kind === "real")
    return isReal ? null : "its driver keeps the clock of a simulated world, and this lab real time";
  if (!isReal && isSameClock(kept, lab)) return null;
  const its = isReal ? "real time" : "the clock of another world";
  const mend = "start it again with --world and the address.json of this lab's world, then release the device";
  return `its driver keeps ${its}, and this lab a clock ${lab.scale} times as fast as life: ${mend}`;
}

/**
 * Returns what a change of hands leads to (D19). What was on an instrument while staff had it may not be there any more,
 * and nobody but a person can tell: then it stays out of use until somebody has looked, and with it all that depends on it.
 */
function onLocal(state: EngineState, { device, local }: DeviceState): LabEvent[] {
  const known = state.devices.get(device)?.local ?? null;
  if (local !== undefined) {
    const isSame = known !== null && known.by === local.by && known.since === local.since;
    return isSame ? [] : [{ type: "device.taken", device, by: local.by.slice(0, 200), since: local.since }];
  }
  if (known === null) return [];
  const parts = [...state.runs.values()].filter(
    ({ partRole, bindings }) => partRole !== null && bindings[partRole] === device,
  );
  const runs = parts.map(({ order }) => order + 1).join(", ");
  const what = `${known.by} had it while the part of run ${runs} stood on it: see whether it still does, then release it`;
  const held = parts.length === 0 ? [] : quarantine(state, device, "device.touched", what).events;
  return [{ type: "device.returned", device }, ...held];
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
      if (chart === "reconciling" || chart === "local") return nothing;
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
