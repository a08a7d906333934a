import type { CommandState, LabEvent, Report } from "@labloop/contracts";
import { type CommandOutcome, type CommandRecord, type EngineState, openCommand } from "../state.ts";
import { type Decision, nothing } from "./decision.ts";

/** A device's word on one command, from a report or from a snapshot. */
export type CommandFact = Pick<
  Report,
  "commandId" | "state" | "physical" | "result" | "executed" | "evidence" | "error" | "tWall"
> & { readonly bootId: string; readonly jseq: number };

/**
 * Returns what a device's word on a command leads to. Only stable facts change an outcome; whatever was settled before is
 * acknowledged again, and a fact that contradicts it is raised, never merged (E4, E10).
 */
export function onReport(state: EngineState, device: string, fact: CommandFact): Decision {
  const command = openCommand(state, fact.commandId);
  if (command !== null && command.device !== device) {
    const what = `it reports ${fact.state} for ${fact.commandId}, which was sent to ${command.device}`;
    return quarantine(state, device, "device.orphan", what);
  }
  if (command !== null) return onOpen(command, device, fact);
  const acknowledge = { type: "acknowledge", device, commandId: fact.commandId } as const;
  const settled = state.closedCommands.get(fact.commandId);
  if (settled === undefined) {
    return quarantine(
      state,
      device,
      "device.orphan",
      `it reports ${fact.state} for ${fact.commandId}, which was never ordered`,
    );
  }
  if (!isStable(fact.state)) return nothing;
  if (isSame(settled, fact.state)) return { events: [], effects: [acknowledge] };
  const conflict = quarantine(
    state,
    device,
    "device.conflictingEvidence",
    `it reports ${fact.state} for ${fact.commandId}, which is settled as ${settled}`,
  );
  return { ...conflict, effects: [acknowledge] };
}

function onOpen(command: CommandRecord, device: string, fact: CommandFact): Decision {
  const { commandId, bootId, jseq, tWall } = fact;
  const common = { commandId, bootId, jseq, tWall };
  const error = fact.error ?? { code: "device.unexplained", message: "the device gave no reason", class: "unknown" };
  const evidence = fact.evidence ?? {};
  const late = command.doubt !== null;
  switch (fact.state) {
    case "accepted":
      return command.chart.value === "intended" || command.chart.value === "sent"
        ? only({ type: "step.accepted", ...common })
        : nothing;
    case "started":
      return command.started === null ? only({ type: "step.started", ...common }) : nothing;
    case "succeeded":
      return only({
        type: "step.succeeded",
        ...common,
        result: fact.result ?? {},
        executed: fact.executed ?? {},
        evidence,
        late,
      });
    case "failed":
      if (fact.physical === "unknown") return doubt(command, device, error.message, fact);
      return only({ type: "step.failed", ...common, physical: fact.physical, error, evidence, late });
    case "cancelled":
    case "rejected":
      return only({ type: "step.notExecuted", ...common, state: fact.state, error, late });
    case "unknown":
      return doubt(command, device, error.message, fact);
  }
}

/** The device itself does not know: that word is stored and acknowledged like any stable fact. */
function doubt(command: CommandRecord, device: string, reason: string, fact: CommandFact): Decision {
  const acknowledge = { type: "acknowledge", device, commandId: fact.commandId } as const;
  if (command.doubt !== null) return { events: [], effects: [acknowledge] };
  const event: LabEvent = {
    type: "step.doubted",
    commandId: fact.commandId,
    reason: `${device} does not know how it ended: ${reason}`,
    evidence: fact.evidence ?? {},
  };
  return { events: [event], effects: [acknowledge] };
}

/** Takes a device out of use, once. */
export function quarantine(state: EngineState, device: string, code: string, message: string): Decision {
  if (state.devices.get(device)?.quarantine != null) return nothing;
  return only({ type: "device.quarantined", device, code, message: `${device} was taken out of use: ${message}` });
}

function only(event: LabEvent): Decision {
  return { events: [event], effects: [] };
}

function isStable(state: CommandState): boolean {
  return state !== "accepted" && state !== "started";
}

function isSame(settled: CommandOutcome["state"], state: CommandState): boolean {
  if (state === "rejected" || state === "cancelled") return settled === "notExecuted";
  return settled === state;
}
