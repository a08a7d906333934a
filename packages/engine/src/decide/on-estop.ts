import type { LabEvent, OperatorCommand, Stopped } from "@labloop/contracts";
import type { CommandRecord, EngineState } from "../state.ts";
import { type Decision, nothing } from "./decision.ts";

/** What is known of a stop before it is a fact. */
export type Stop = Pick<Extract<OperatorCommand, { type: "estop.raise" }>, "by" | "reason"> & {
  readonly stopId: number;
};

/**
 * Returns what an E-STOP leads to, whatever the campaign is doing: it stands, the campaign is paused, and what has not
 * begun yet is never to begin.
 */
export function raiseStop(state: EngineState, { stopId, by, reason }: Stop): LabEvent[] {
  const phase = state.campaign?.chart.value;
  const isGoingOn = phase === "running" || phase === "stopping" || phase === "paused";
  const paused: LabEvent = { type: "campaign.paused", reason: `E-STOP: ${reason}`, by };
  // A copy that is still under way could otherwise be sent again after the stop was cleared, and nothing may resume by
  // itself (S5).
  const cancelled = openOf(state)
    .filter(({ started }) => started === null)
    .map(({ commandId }): LabEvent => ({ type: "step.cancelling", commandId, reason: "an E-STOP was raised" }));
  return [{ type: "estop.raised", stopId, reason, by }, ...(isGoingOn ? [paused] : []), ...cancelled];
}

/**
 * Returns what clearing the E-STOP leads to, or why it is refused: it is a person's to clear, and every command that a
 * device can still be asked about has ended first (S3, S4). What runs on a device out of reach is in doubt from now on.
 */
export function clearStop(
  state: EngineState,
  { stopId, by, reason }: Stop,
): { readonly events: readonly LabEvent[] } | { readonly refused: string } {
  const { estop } = state;
  if (estop === null || !estop.isActive) {
    return { refused: "no E-STOP stands; a device that is latched by an unknown one is freed by raising one first" };
  }
  if (by.kind !== "operator") return { refused: "an E-STOP is cleared by a person only" };
  if (stopId <= estop.stopId) {
    return {
      refused: `it was raised with the highest number there is (${stopId}), which no clearing can exceed: begin the lab with new journals, and see who may publish on the topic estop`,
    };
  }
  const silent = Object.entries(estop.devices)
    .filter(([device, answer]) => answer !== "stopped" && isInReach(state, device))
    .map(([device]) => device);
  if (silent.length > 0) {
    return {
      refused: `${silent.join(", ")} has not answered and may still be moving: see to it, or take it off the network first`,
    };
  }
  const open = openOf(state);
  const running = open.find(({ device }) => isInReach(state, device));
  if (running !== undefined) {
    const { op, commandId, device } = running;
    return { refused: `${op} ${commandId} on ${device} has not ended yet; wait for its end, or until it is in doubt` };
  }
  const doubted = open.map(
    ({ commandId, device }): LabEvent => ({
      type: "step.doubted",
      commandId,
      reason: `${device} was out of reach when the E-STOP was cleared`,
      evidence: {},
    }),
  );
  return { events: [...doubted, { type: "estop.cleared", stopId, reason, by }] };
}

/** Returns that a device has stopped, once; answers to an older stop are no news. */
export function onStopped(state: EngineState, { device, stopId, tookMs }: Stopped): Decision {
  const { estop } = state;
  if (estop === null || !estop.isActive || estop.stopId !== stopId || estop.devices[device] === "stopped")
    return nothing;
  return { events: [{ type: "estop.acknowledged", device, stopId, tookMs }], effects: [] };
}

/** Returns which devices were silent for too long after a stop. */
export function onStopSilence(state: EngineState, stopId: number): Decision {
  const { estop } = state;
  if (estop === null || !estop.isActive || estop.stopId !== stopId) return nothing;
  const events = Object.entries(estop.devices)
    .filter(([, answer]) => answer === "asked")
    .map(([device]): LabEvent => ({ type: "estop.unanswered", device, stopId }));
  return { events, effects: [] };
}

/** Returns what a stop leads to that stands in the lab and is not in this journal. */
export function onForeignStop(state: EngineState, stop: Stop): Decision {
  const known = state.estop;
  const isNews = known === null || stop.stopId > known.stopId || (stop.stopId === known.stopId && !known.isActive);
  return isNews ? { events: raiseStop(state, stop), effects: [] } : nothing;
}

/**
 * Returns why a campaign that everybody has left comes to rest under an E-STOP; null while none stands, while a device in
 * reach has not answered it, or while anything is still under way. What is under way on a device out of reach is waited for
 * until it is in doubt: the device may come back, and may be told of the stop by nobody else.
 */
export function whyStopped(state: EngineState): string | null {
  const { estop } = state;
  if (estop === null || !estop.isActive) return null;
  const silent = Object.entries(estop.devices).some(([device, is]) => is !== "stopped" && isInReach(state, device));
  if (silent || openOf(state).length > 0) return null;
  const { stopId, reason } = estop;
  return `E-STOP ${stopId} stands (${reason}): run it again with --port and --wait, and clear it on the page`;
}

function openOf(state: EngineState): CommandRecord[] {
  return [...state.runs.values()]
    .flatMap((run) => Object.values(run.steps))
    .filter(({ outcome, doubt }) => outcome === null && doubt === null);
}

function isInReach(state: EngineState, device: string): boolean {
  const phase = state.devices.get(device)?.chart.value;
  return phase !== undefined && phase !== "offline" && phase !== "quarantined";
}
