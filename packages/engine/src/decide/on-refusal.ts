import type { LabEvent, Refusal } from "@labloop/contracts";
import { type EngineState, openCommand } from "../state.ts";
import { type Decision, nothing } from "./decision.ts";
import { quarantine } from "./on-report.ts";

/** Refusals which mean that engine and device do not agree on what was ordered. */
const conflicts: ReadonlySet<Refusal["code"]> = new Set(["pruned", "id-conflict", "dseq-conflict"]);

/**
 * Returns what a refusal leads to. It is no proof about other copies, so it changes no outcome; one that shows a conflict
 * puts its command in doubt and takes the device out of use (E7).
 */
export function onRefusal(state: EngineState, refusal: Refusal): Decision {
  const { device, code, commandId, message } = refusal;
  if (!conflicts.has(code) || commandId === undefined) return nothing;
  const command = openCommand(state, commandId);
  if (command === null || command.device !== device) return nothing;
  const reason = `${device} refuses it as ${code}: ${message}`;
  const doubted: LabEvent[] = command.doubt === null ? [{ type: "step.doubted", commandId, reason, evidence: {} }] : [];
  const held = quarantine(state, device, "device.conflict", `it refuses ${commandId} as ${code}: ${message}`);
  return { events: [...doubted, ...held.events], effects: [] };
}
