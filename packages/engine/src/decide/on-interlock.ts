import type { LabEvent } from "@labloop/contracts";
import { type Interlock, type Standing, whyNot } from "@labloop/protocol";
import type { EngineState } from "../state.ts";
import { type Decision, nothing } from "./decision.ts";

/** Interlocks of its own that a device is heard about; chosen, so that a device cannot fill the journal. */
const mostOwn = 32;

/** Returns whether an interlock pauses the campaign when it trips: it holds all of it, or a person has to let it go on. */
export function pausesCampaign({ holds, resumes }: Interlock): boolean {
  return holds === null || !resumes;
}

/**
 * Returns what a change of an interlock leads to (E15): that it has tripped or is satisfied again, once each, and that the
 * campaign is paused, or goes on by itself. It goes on only when interlocks alone had paused it, when each of them is
 * declared to let it, and when none of them is tripped any more.
 */
export function onInterlock(
  state: EngineState,
  interlock: Interlock,
  standing: Standing,
  all: readonly Interlock[],
): Decision {
  const { name, device, channel, unit } = interlock;
  const isTripped = state.interlocks.get(name)?.isTripped === true;
  const message = whyNot(interlock, standing);
  if (standing.is === "tripped" && !isTripped) {
    const why = standing.why ?? "missing";
    const value = why === "value" ? standing.value : null;
    const tripped = { type: "interlock.tripped", interlock: name, device, channel, why, value, unit } as const;
    const fact: LabEvent = { ...tripped, message: message ?? name };
    return { events: [fact, ...paused(state, interlock, fact.message)], effects: [] };
  }
  if (standing.is === "satisfied" && isTripped) {
    const { resumes } = interlock;
    const fact: LabEvent = { type: "interlock.satisfied", interlock: name, value: standing.value ?? 0, unit, resumes };
    return { events: [fact, ...resumed(state, name, all)], effects: [] };
  }
  return nothing;
}

/** Returns what a device's word on its own interlocks leads to; one that is not named any more stays as it was. */
export function onOwnInterlocks(state: EngineState, device: string, own: Readonly<Record<string, boolean>>): Decision {
  const events = Object.entries(own)
    .slice(0, mostOwn)
    .flatMap(([channel, isSatisfied]): LabEvent[] => {
      const interlock = `${device}/${channel.slice(0, 63)}`;
      const isTripped = state.interlocks.get(interlock)?.isTripped === true;
      if (isSatisfied !== isTripped) return [];
      if (isSatisfied) return [{ type: "interlock.satisfied", interlock, value: 1, unit: "1", resumes: true }];
      const message = `${device} says that its interlock ${channel.slice(0, 63)} does not hold`;
      const tripped = { type: "interlock.tripped", interlock, device, channel: channel.slice(0, 63) } as const;
      return [{ ...tripped, why: "value", value: null, unit: null, message }];
    });
  return events.length === 0 ? nothing : { events, effects: [] };
}

/** Returns why nothing new is started on a device, by its own word; null when nothing keeps it. */
export function ownInterlock({ interlocks }: EngineState, device: string): string | null {
  for (const [name, { isTripped, message }] of interlocks) {
    if (isTripped && name.startsWith(`${device}/`)) return message;
  }
  return null;
}

function paused({ campaign }: EngineState, interlock: Interlock, reason: string): LabEvent[] {
  const phase = campaign?.chart.value;
  const isGoingOn = phase === "running" || phase === "stopping";
  const isHeldByOthers = phase === "paused" && (campaign?.pausedBy ?? []).length > 0;
  if (!pausesCampaign(interlock) || (!isGoingOn && !isHeldByOthers)) return [];
  return [{ type: "campaign.paused", reason, by: null, interlock: interlock.name }];
}

function resumed(
  { campaign, interlocks, estop }: EngineState,
  satisfied: string,
  all: readonly Interlock[],
): LabEvent[] {
  if (campaign === null || campaign.chart.value !== "paused" || estop?.isActive === true) return [];
  const { pausedBy, endReason, endedBy } = campaign;
  const letsGo = (name: string) => all.find((each) => each.name === name)?.resumes === true;
  const isTripped = (name: string) => name !== satisfied && interlocks.get(name)?.isTripped === true;
  if (!pausedBy.includes(satisfied) || !pausedBy.every(letsGo) || pausedBy.some(isTripped)) return [];
  const goesOn: LabEvent = { type: "campaign.resumed", by: null };
  if (endReason === null || endedBy === null) return [goesOn];
  // It was stopping when it was paused, and goes on with that.
  return [goesOn, { type: "campaign.stopping", reason: endReason, by: endedBy }];
}
