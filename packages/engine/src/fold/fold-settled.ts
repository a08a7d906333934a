import type { CommandState, LabEventOf } from "@labloop/contracts";
import { advance, deviceMachine, runMachine, stepMachine } from "@labloop/machines";
import type { CommandOutcome, CommandRecord, EngineState, Moment, RunRecord } from "../state.ts";
import type { Folded } from "./folded.ts";
import { countAct } from "./fold-maintenance.ts";
import { awaitResult } from "./fold-result.ts";
import { withEntry } from "./grow.ts";
import { forgetAct } from "./remember-act.ts";
import { uncounted } from "../uncounted.ts";
import { acknowledgements, hearFrom, replace, wasReported } from "./step-state.ts";

/** A stable fact, which settles a command. */
type SettlingEvent = LabEventOf<"step.succeeded" | "step.failed" | "step.notExecuted">;

/** Folds the device's word on how a command ended into its run and its device. */
export function foldSettled(state: EngineState, command: CommandRecord, event: SettlingEvent, at: Moment): Folded {
  const { state: chart, effects } = advance(stepMachine, command.chart, { type: shortType(event.type) });
  const heard = hearFrom(state, command.device, event.jseq);
  const ending = { ...at, deviceWall: event.tWall };
  const settled = settle(heard, { ...command, chart, ended: ending, word: wordOf(event) }, outcomeOf(event));
  if (event.type === "step.succeeded" && event.resultRef !== undefined) {
    // The device keeps what it is not told to forget, until the result is here.
    const { runId, stepKey } = command;
    return { state: awaitResult(settled, command, event.resultRef, { runId, stepKey }), effects: [] };
  }
  return { state: settled, effects: acknowledgements(command, effects) };
}

/**
 * Returns the state after a command has ended so, by whomever's word. While the device has not said its last word on it,
 * it may still be at it: then it stays busy, and what is left there is kept.
 */
export function settle(state: EngineState, command: CommandRecord, outcome: CommandOutcome): EngineState {
  const { commandId, device: name, dseq, paramsHash, runId, resolution, ended, maxDurationMs } = command;
  const isUncounted = outcome.state === "notExecuted" && uncounted.has(outcome.error.code);
  const count = command.uncounted + (isUncounted ? 1 : 0);
  const settled: CommandRecord = {
    ...command,
    outcome,
    doubt: null,
    doubted: null,
    provisional: null,
    uncounted: count,
  };
  const isOver = command.word !== null;
  const by = isOver && command.word !== "unknown" ? null : (resolution?.by ?? null);
  const openCommands = new Map(state.openCommands);
  openCommands.delete(commandId);
  const closed = { state: outcome.state, device: name, runId, by, word: null };
  const closedCommands = withEntry(state.closedCommands, commandId, closed);
  const residues = new Map(state.residues);
  if (!isOver) {
    const reason = resolution?.reason ?? "";
    const known = { wasReported: wasReported(command), wasForgotten: command.wasForgotten };
    const from = command.started ?? command.overdue ?? command.intended;
    const overAt = Math.max(from.labAt + maxDurationMs, ended?.labAt ?? 0);
    residues.set(commandId, { commandId, device: name, dseq, paramsHash, reason, overAt, ...known });
  }
  const settledAt = ended?.wallAt ?? state.settledAt;
  // What may still move there counts.
  const acts = isOver && movedNothing(outcome) ? forgetAct(state, commandId) : state.acts;
  const counted = movedNothing(outcome) ? state : countAct(state, command, settledAt);
  let next: EngineState = { ...replace(counted, settled), openCommands, closedCommands, residues, settledAt, acts };

  const device = next.devices.get(name);
  if (device !== undefined && isOver) {
    const moved = advance(deviceMachine, device.chart, { type: "closed" });
    const hasDeclined = movedNothing(outcome) && resolution === null;
    const declined = hasDeclined ? { count: device.declined.count + 1, wallAt: settledAt } : { count: 0, wallAt: 0 };
    next = { ...next, devices: new Map(next.devices).set(name, { ...device, chart: moved.state, declined }) };
  }
  const run = next.runs.get(runId);
  if (run === undefined) return next;
  const isHeld = Object.values(run.steps).some((other) => other.doubt !== null);
  return {
    ...next,
    runs: new Map(next.runs).set(runId, {
      ...run,
      chart: isHeld ? run.chart : advance(runMachine, run.chart, { type: "released" }).state,
      partRole: partAfter(run, settled, outcome),
      bindings: bindingsAfter(run, settled, outcome),
    }),
  };
}

function movedNothing(outcome: CommandOutcome): boolean {
  return outcome.state === "notExecuted" || (outcome.state === "failed" && outcome.physical === "none");
}

/**
 * A command that moved nothing gives back the devices that were chosen for it: the next attempt may take others, unless
 * an earlier step has used them. A step that was to carry the part keeps what it claims: a person may have to look there.
 */
function bindingsAfter(run: RunRecord, command: CommandRecord, outcome: CommandOutcome): RunRecord["bindings"] {
  const step = run.plan.steps.find(({ key }) => key === command.stepKey);
  if (!movedNothing(outcome) || step === undefined || step.partFrom !== null) return run.bindings;
  const used = new Set(
    run.plan.steps.filter(({ key }) => run.steps[key]?.outcome?.state === "succeeded").flatMap(({ claims }) => claims),
  );
  const isGivenBack = (role: string) => Object.hasOwn(command.bindings, role) && !used.has(role);
  return Object.fromEntries(Object.entries(run.bindings).filter(([role]) => !isGivenBack(role)));
}

/** Where the part stands after a command has ended. */
function partAfter(run: RunRecord, command: CommandRecord, outcome: CommandOutcome): string | null {
  const step = run.plan.steps.find((planned) => planned.key === command.stepKey);
  if (step === undefined) return run.partRole;
  // Given up on the way: nobody knows where it is, so nothing carries it any further.
  if (outcome.state === "discarded") return step.partFrom === step.partTo ? run.partRole : null;
  if (outcome.state === "succeeded") return step.partFrom === step.partTo ? run.partRole : step.partTo;
  // What was begun and not finished leaves a part where it was being made.
  const wasBegun = outcome.state === "failed" && outcome.physical !== "none";
  return wasBegun && step.partFrom === null && step.partTo !== null ? step.partTo : run.partRole;
}

function outcomeOf(event: SettlingEvent): CommandOutcome {
  switch (event.type) {
    case "step.succeeded":
      return {
        state: "succeeded",
        result: event.result,
        executed: event.executed,
        ...(event.resultRef === undefined ? {} : { isAwaited: true }),
      };
    case "step.failed":
      return { state: "failed", physical: event.physical, error: event.error };
    case "step.notExecuted":
      return { state: "notExecuted", error: event.error };
  }
}

function wordOf(event: SettlingEvent): CommandState {
  return event.type === "step.notExecuted" ? event.state : event.type === "step.failed" ? "failed" : "succeeded";
}

function shortType(type: SettlingEvent["type"]): "succeeded" | "failed" | "notExecuted" {
  return type.slice("step.".length) as "succeeded" | "failed" | "notExecuted";
}
