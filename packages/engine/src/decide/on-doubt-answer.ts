import { checkValues, type Ids, type LabEvent, type OperatorCommand } from "@labloop/contracts";
import { type CommandRecord, type EngineState, openCommand, openCommands } from "../state.ts";
import { discard, resolve } from "./resolve.ts";

type Answered = { readonly events: readonly LabEvent[] } | { readonly refused: string };
type Of<T extends OperatorCommand["type"]> = Extract<OperatorCommand, { type: T }>;

/**
 * Returns what a person's answer to a doubt leads to, or everything that is wrong with it (contract section 11). Agents
 * settle no doubts; a second person differs from the first; a result is checked as the device's own would be.
 */
export function onResolve(state: EngineState, command: Of<"doubt.resolve">): Answered {
  const { as, by, confirmedBy, reason } = command;
  const open = openCommand(state, command.commandId);
  const run = open === null ? undefined : state.runs.get(open.runId);
  if (open === null || open.doubt === null || run === undefined)
    return { refused: notInDoubt(state, command.commandId) };
  const wrong = faultsOf(state, open, command);
  if (wrong.length > 0) return { refused: wrong.join("; ") };
  const word = { by, confirmedBy: confirmedBy ?? null, reason, evidence: {} };
  if (as === "discarded") {
    return { events: discard(state, run, open, word, { stopsRun: command.stopsRun === true, isHeld: false }) };
  }
  return { events: [resolve(open, as, word, as === "not-executed" ? {} : command)] };
}

/** Returns that the device is asked once more, or why it cannot be. */
export function onProbe(state: EngineState, { commandId, by }: Of<"doubt.probe">, ids: Ids): Answered {
  const open = openCommand(state, commandId);
  if (open === null || open.doubt === null) return { refused: notInDoubt(state, commandId) };
  const device = state.devices.get(open.device);
  if (device !== undefined && device.local !== null) {
    const { by: whose } = device.local;
    return { refused: `${whose} has taken ${open.device} at the instrument; ask again when it is given back` };
  }
  const phase = device?.chart.value;
  if (phase !== "idle" && phase !== "busy" && phase !== "quarantined") {
    return { refused: `${open.device} is ${phase ?? "not known"} and is not reachable now; ask again when it is back` };
  }
  return { events: [{ type: "step.probing", commandId, rid: ids.random(), by }] };
}

/** Returns that a device may be used again, or why not: only a person can say that nothing is left on it and nothing moves. */
export function onRelease(state: EngineState, { device, by, reason }: Of<"device.release">): Answered {
  if (by.kind !== "operator") return { refused: "a device is released by a person only" };
  const known = state.devices.get(device);
  if (known === undefined) return { refused: `no device is called ${device}` };
  if (known.quarantine === null) return { refused: `${device} is not out of use` };
  const doubted = openCommands(state).filter((command) => command.device === device && command.doubt !== null);
  if (doubted.length > 0) {
    const which = doubted.map(({ commandId }) => commandId).join(", ");
    return { refused: `${which} on ${device} is in doubt: say first what became of it` };
  }
  return { events: [{ type: "device.released", device, by, reason }] };
}

/** Returns the least epoch to go on under after an old backup was restored, or why that is refused. */
export function onRestore(state: EngineState, { by }: Of<"restore.confirm">): { least: number } | { refused: string } {
  if (by.kind !== "operator") return { refused: "a restored backup is confirmed by a person only" };
  if (state.fencesAbove.size === 0) return { refused: "no device has shown that this journal is an old backup" };
  return { least: Math.max(...state.fencesAbove.values()) + 1 };
}

function faultsOf(state: EngineState, open: CommandRecord, command: Of<"doubt.resolve">): string[] {
  const { as, by, confirmedBy, result, executed, stopsRun } = command;
  const faults: string[] = [];
  if (by.kind !== "operator") faults.push("a doubt is settled by a person only");
  if (confirmedBy !== undefined && confirmedBy.kind !== "operator")
    faults.push("a doubt is confirmed by a person only");
  if (confirmedBy?.name === by.name) faults.push("the second person must be another than the first");
  if (stopsRun === true && as !== "discarded") faults.push(`a run is stopped with the answer discarded, not ${as}`);
  if (as === "not-executed") {
    if (open.resolution !== null) faults.push("that is said already; the device has still to confirm it");
    if (open.word === "succeeded" || open.word === "failed") {
      faults.push(`${open.device} says that it ${open.word}: a new attempt could do it twice`);
    }
  }
  const hasNoValues = as === "not-executed" || as === "discarded";
  if (hasNoValues && (result !== undefined || executed !== undefined)) faults.push(`${as} has no result`);
  if (hasNoValues) return faults;
  const caps = state.devices.get(open.device)?.caps?.operations[open.op];
  if (caps === undefined) return [...faults, `${open.device} has not announced what a result of ${open.op} looks like`];
  if (as === "executed" && result === undefined)
    faults.push(...checkValues(caps.result, {}).map(({ message }) => message));
  if (result !== undefined) faults.push(...checkValues(caps.result, result).map(({ message }) => message));
  if (executed !== undefined) {
    faults.push(...checkValues(caps.params, executed).map(({ message }) => `executed ${message}`));
  }
  return faults;
}

function notInDoubt(state: EngineState, commandId: string): string {
  const closed = state.closedCommands.get(commandId);
  if (closed === undefined) {
    return openCommand(state, commandId) === null
      ? `no command is called ${commandId}`
      : `${commandId} is not in doubt`;
  }
  const by = closed.by === null ? "" : ` by ${closed.by.name}`;
  return `${commandId} is not in doubt: it is settled as ${closed.state}${by}`;
}
