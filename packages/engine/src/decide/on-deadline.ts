import type { Effect } from "../effect.ts";
import { type EngineState, openCommand } from "../state.ts";
import { type Decision, nothing } from "./decision.ts";
import { quarantine } from "./quarantine.ts";

/**
 * Returns what a deadline leads to: the start deadline makes a command overdue, the hard deadline puts it in doubt. A
 * time-out is never a failure (E3).
 */
export function onDeadline(state: EngineState, commandId: string, kind: "start" | "hard"): Decision {
  const command = openCommand(state, commandId);
  if (command === null || command.doubt !== null) return nothing;
  if (kind === "start") {
    if (command.started !== null || command.overdue !== null) return nothing;
    return { events: [{ type: "step.overdue", commandId }], effects: [] };
  }
  const known = command.started === null ? "no start was ever reported" : "it started and no end was ever reported";
  const reason = `nothing was heard of it by its hard deadline; ${known}`;
  // A device that is there may know more; one that is away is asked when it is back.
  const device = state.devices.get(command.device);
  const isAway = device === undefined || device.chart.value === "offline" || device.quarantine !== null;
  const effects: Effect[] = isAway ? [] : [{ type: "reconcile", device: command.device }];
  return { events: [{ type: "step.doubted", commandId, reason, evidence: {} }], effects };
}

/**
 * Returns that a device is out of use which by its hard deadline has not said that it is done with a command settled by
 * others: nothing may wait for it without end, and nobody knows whether it is still at it.
 */
export function onLeftOver(state: EngineState, commandId: string): Decision {
  const residue = state.residues.get(commandId);
  if (residue === undefined) return nothing;
  const { device, reason } = residue;
  const what = `${commandId} was settled without it (${reason}), and by its hard deadline it has not said that it is over`;
  return quarantine(state, device, "device.stillActing", what);
}
