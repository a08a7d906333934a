import type { LabEvent, Refusal } from "@labloop/contracts";
import { type EngineState, openCommand } from "../state.ts";
import { type Decision, nothing } from "./decision.ts";
import { quarantine } from "./quarantine.ts";

/** Refusals which mean that engine and device do not agree on what was ordered. */
const conflicts: ReadonlySet<Refusal["code"]> = new Set(["pruned", "id-conflict", "dseq-conflict"]);

/**
 * Returns what a refusal leads to. It is no proof about other copies, so it changes no outcome; one that shows a conflict
 * puts its command in doubt and takes the device out of use (E7).
 */
export function onRefusal(state: EngineState, refusal: Refusal): Decision {
  const { device, code, commandId, message, fence } = refusal;
  if (code === "stale-epoch") return onFence(state, device, fence);
  if (!conflicts.has(code) || commandId === undefined) return nothing;
  const residue = state.residues.get(commandId);
  if (residue !== undefined && residue.device === device && code !== "id-conflict") {
    // It was to be cancelled, and is refused for good: nothing of it can ever run there.
    const settled = state.closedCommands.get(commandId)?.state ?? "discarded";
    const evidence = { refusal: code, message };
    return {
      events: [{ type: "step.contradicted", commandId, device, settled, state: "rejected", evidence }],
      effects: [],
    };
  }
  const command = openCommand(state, commandId);
  if (command === null || command.device !== device) return nothing;
  const reason = `${device} refuses it as ${code}: ${message}`;
  const doubted: LabEvent[] = command.doubt === null ? [{ type: "step.doubted", commandId, reason, evidence: {} }] : [];
  const held = quarantine(state, device, "device.conflict", `it refuses ${commandId} as ${code}: ${message}`);
  return { events: [...doubted, ...held.events], effects: [] };
}

/**
 * Returns that a device has accepted a higher epoch than this engine has, once for each fence. Our lease stands, so no other
 * engine has had it since: this journal is an old backup (contract section 9), and nothing is sent before a person says so.
 */
export function onFence(state: EngineState, device: string, fence: number): Decision {
  const known = Math.max(state.epoch, state.fencesAbove.get(device) ?? 0);
  return fence > known ? { events: [{ type: "device.fenceAbove", device, fence }], effects: [] } : nothing;
}
