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
    const hasDeclined = movedNothing(outcome);
    const declined = hasDeclined ? { count: device.declined.count + 1, wallAt: at.wallAt } : { count: 0, wallAt: 0 };
    next = { ...next, devices: new Map(next.devices).set(command.device, { ...device, chart: moved.state, declined }) };
  }
  const run = next.runs.get(command.runId);
  if (run !== undefined) {
    const isHeld = Object.values(run.steps).some((other) => other.doubt !== null);
    const released = isHeld ? run.chart : advance(runMachine, run.chart, { type: "released" }).state;
    next = {
      ...next,
      runs: new Map(next.runs).set(run.runId, {
        ...run,
        chart: released,
        partRole: partAfter(run, settled, outcome),
        bindings: bindingsAfter(run, settled, outcome),
      }),
    };
  }
  return { state: next, effects: acknowledgements(command, effects) };
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
