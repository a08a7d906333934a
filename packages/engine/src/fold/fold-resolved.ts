import type { Actor, CommandError, LabEventOf } from "@labloop/contracts";
import { advance, stepMachine } from "@labloop/machines";
import type { CommandOutcome, CommandRecord, EngineState, Moment } from "../state.ts";
import type { Folded } from "./folded.ts";
import { settle } from "./fold-settled.ts";
import { replace } from "./step-state.ts";

/**
 * Folds the answer to a doubt. That it did not happen counts once the device can never carry it out any more: until then
 * the command stays in doubt, and its tombstone is asked for (E5, E6).
 */
export function foldResolved(
  state: EngineState,
  command: CommandRecord,
  event: LabEventOf<"step.resolved">,
  at: Moment,
): Folded {
  const { as, by, confirmedBy, reason, commandId } = event;
  const isPolicy = as === "not-executed" && by === null && command.probe?.answer?.isDecisive !== true;
  const answered: CommandRecord = {
    ...command,
    resolution: { as, by, confirmedBy, reason, at },
    retries: command.retries + Number(isPolicy),
  };
  const isBudgeted = isPolicy && command.retryClass === "retry-safe";
  const counted = isBudgeted ? { ...state, retries: state.retries + 1 } : state;
  const cancel = command.word === null ? [{ type: "cancelCommand" as const, commandId, reason }] : [];
  if (as !== "not-executed") {
    const { state: chart } = advance(stepMachine, command.chart, { type: "resolved" });
    const ended = { ...at, deviceWall: new Date(at.wallAt).toISOString() };
    const closed = settle(counted, { ...answered, chart, ended }, outcomeOf(command, event));
    return { state: closed, effects: cancel };
  }
  if (command.word !== null) return foldClosed(counted, answered, at);
  const { state: chart } = advance(stepMachine, command.chart, { type: "closing" });
  const closing = { ...answered, chart, cancelling: command.cancelling ?? at };
  return { state: replace(counted, closing), effects: cancel };
}

/** Folds that the device can never carry out any more what was answered as not executed. */
export function foldClosed(state: EngineState, command: CommandRecord, at: Moment): Folded {
  const { state: chart } = advance(stepMachine, command.chart, { type: "resolved" });
  const ended = { ...at, deviceWall: new Date(at.wallAt).toISOString() };
  const error = errorOf("step.notExecuted", command.resolution?.by ?? null, command.resolution?.reason ?? "");
  return { state: settle(state, { ...command, chart, ended }, { state: "notExecuted", error }), effects: [] };
}

function outcomeOf(command: CommandRecord, event: LabEventOf<"step.resolved">): CommandOutcome {
  const { as, by, reason } = event;
  if (as === "executed") {
    return { state: "succeeded", result: event.result ?? {}, executed: event.executed ?? command.params };
  }
  if (as === "partial") return { state: "failed", physical: "partial", error: errorOf("step.partial", by, reason) };
  return { state: "discarded", error: errorOf("step.inDoubt", by, reason) };
}

function errorOf(code: string, by: Actor | null, reason: string): CommandError {
  return { code, message: by === null ? reason : `${by.name}: ${reason}`, class: "crash" };
}
