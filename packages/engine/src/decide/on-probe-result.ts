import { checkValues, type Json, type LabEvent, type ProbeResult, Values } from "@labloop/contracts";
import { type CommandRecord, type EngineState, openCommand } from "../state.ts";
import { type Decision, nothing } from "./decision.ts";
import { resolve } from "./resolve.ts";

/**
 * Returns what the answer to a probe leads to: it is stored, and settles the doubt by itself when it is decisive. It is
 * believed from the device that has the command, for the newest question, and under the boot that was asked only.
 */
export function onProbeResult(state: EngineState, message: ProbeResult): Decision {
  const { commandId, device: name, rid, outcome, decisive, evidence } = message;
  const command = openCommand(state, commandId);
  const device = state.devices.get(name);
  const probe = command?.probe ?? null;
  if (command === null || command.doubt === null || command.device !== name || probe === null) return nothing;
  if (probe.rid !== rid || probe.answer !== null || probe.bootId !== (device?.bootId ?? null)) return nothing;
  const probed: LabEvent = { type: "step.probed", commandId, rid, outcome, decisive, evidence };
  // One that is out of use may have lost its memory, and then it finds nothing of what it did.
  const isTrusted = device?.quarantine == null;
  const settled = decisive && isTrusted && command.resolution === null ? settle(state, command, message) : [];
  return { events: [probed, ...settled], effects: [] };
}

function settle(state: EngineState, command: CommandRecord, { outcome, device, evidence }: ProbeResult): LabEvent[] {
  // Its record says that it ran to an end, and a person that it did not: no finding of the same device decides that.
  if (command.word === "succeeded" || command.word === "failed") return [];
  const word = { by: null, confirmedBy: null, reason: `${device} has looked: ${outcome}`, evidence };
  switch (outcome) {
    case "not-happened":
      return [resolve(command, "not-executed", word)];
    case "partial":
      return [resolve(command, "partial", word)];
    case "happened":
      return happened(state, command, evidence["ending"], word);
    case "running":
    case "unknown":
      return [];
  }
}

/** What happened comes with how it ended; a success without its values is none that could be learnt from. */
function happened(
  state: EngineState,
  command: CommandRecord,
  ending: Json | undefined,
  word: Parameters<typeof resolve>[2],
): LabEvent[] {
  if (typeof ending !== "object" || ending === null || Array.isArray(ending)) return [];
  if (ending["state"] === "failed") {
    return [resolve(command, ending["physical"] === "none" ? "not-executed" : "partial", word)];
  }
  const specs = state.devices.get(command.device)?.caps?.operations[command.op]?.result;
  const result = Values.safeParse(ending["result"]);
  const executed = Values.safeParse(ending["executed"]);
  if (specs === undefined || !result.success || checkValues(specs, result.data).length > 0) return [];
  return [resolve(command, "executed", word, { result: result.data, executed: executed.data })];
}
