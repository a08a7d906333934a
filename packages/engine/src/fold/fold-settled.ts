import type { LabEventOf } from "@labloop/contracts";
import { advance, deviceMachine, runMachine, stepMachine } from "@labloop/machines";
import type { CommandOutcome, CommandRecord, EngineState, Moment, RunRecord } from "../state.ts";
import type { Folded } from "./folded.ts";
import { acknowledgements, hearFrom, replace } from "./step-state.ts";

/** A stable fact, which settles a command. */
type SettlingEvent = LabEventOf<"step.succeeded" | "step.failed" | "step.notExecuted">;

/** Folds the end of a command into its run and its device. */
export function foldSettled(state: EngineState, command: CommandRecord, event: SettlingEvent, at: Moment): Folded {
  const { state: chart, effects } = advance(stepMachine, command.chart, { type: shortType(event.type) });
  const outcome = outcomeOf(event);
  const settled: CommandRecord = {
    ...command,
    chart,
    outcome,
    doubt: null,
    ended: { ...at, deviceWall: event.tWall },
  };
  const openCommands = new Map(state.openCommands);
  openCommands.delete(command.commandId);
  const closedCommands = new Map(state.closedCommands).set(command.commandId, outcome.state);
  const heard = hearFrom(replace(state, settled), command.device, event.jseq);
  let next: EngineState = { ...heard, openCommands, closedCommands };

  const device = next.devices.get(command.device);
  if (device !== undefined) {
    const moved = advance(deviceMachine, device.chart, { type: "closed" });
    next = { ...next, devices: new Map(next.devices).set(command.device, { ...device, chart: moved.state }) };
  }
  const run = next.runs.get(command.runId);
  if (run !== undefined) {
    const isHeld = Object.values(run.steps).some((other) => other.doubt !== null);
    const released = isHeld ? run.chart : advance(runMachine, run.chart, { type: "released" }).state;
    next = {
      ...next,
      runs: new Map(next.runs).set(run.runId, { ...run, chart: released, partRole: partAfter(run, settled, outcome) }),
    };
  }
  return { state: next, effects: acknowledgements(command, effects) };
}

/** Where the part stands after a command has ended. */
function partAfter(run: RunRecord, command: CommandRecord, outcome: CommandOutcome): string | null {
  const step = run.plan.steps.find((planned) => planned.key === command.stepKey);
  if (step === undefined) return run.partRole;
  if (outcome.state === "succeeded") return step.partFrom === step.partTo ? run.partRole : step.partTo;
  // What was begun and not finished leaves a part where it was being made.
  const wasBegun = outcome.state === "failed" && outcome.physical !== "none";
  return wasBegun && step.partFrom === null && step.partTo !== null ? step.partTo : run.partRole;
}

function outcomeOf(event: SettlingEvent): CommandOutcome {
  switch (event.type) {
    case "step.succeeded":
      return { state: "succeeded", result: event.result, executed: event.executed };
    case "step.failed":
      return { state: "failed", physical: event.physical, error: event.error };
    case "step.notExecuted":
      return { state: "notExecuted", error: event.error };
  }
}

function shortType(type: SettlingEvent["type"]): "succeeded" | "failed" | "notExecuted" {
  return type.slice("step.".length) as "succeeded" | "failed" | "notExecuted";
}
