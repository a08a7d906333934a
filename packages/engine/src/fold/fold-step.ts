import { LabError, type LabEvent } from "@labloop/contracts";
import { advance, begin, deviceMachine, runMachine, stepMachine } from "@labloop/machines";
import type { Effect } from "../effect.ts";
import {
  type CommandOutcome,
  type CommandRecord,
  type EngineState,
  type Moment,
  openCommand,
  type RunRecord,
} from "../state.ts";
import type { Folded } from "./folded.ts";

type StepEvent = Extract<LabEvent, { type: `step.${string}` }>;
type SettlingEvent = Extract<StepEvent, { type: "step.succeeded" | "step.failed" | "step.notExecuted" }>;

/** Folds one command's life into its run and its device. */
export function foldStep(state: EngineState, event: StepEvent, at: Moment): Folded {
  if (event.type === "step.intended") return foldIntent(state, event, at);
  const command = openCommand(state, event.commandId);
  if (command === null) {
    throw new LabError("journal.impossible", `${event.type} speaks of a command ${event.commandId} that is not open`);
  }
  switch (event.type) {
    case "step.sent": {
      const { state: chart } = advance(stepMachine, command.chart, { type: "sent" });
      return { state: replace(state, { ...command, chart, sent: command.sent ?? at }), effects: [] };
    }
    case "step.accepted": {
      const { state: chart } = advance(stepMachine, command.chart, { type: "accepted" });
      return { state: hearFrom(replace(state, { ...command, chart }), command.device, event.jseq), effects: [] };
    }
    case "step.started": {
      const { state: chart } = advance(stepMachine, command.chart, { type: "started", at: at.labAt });
      const started = command.started ?? { ...at, deviceWall: event.tWall };
      const next = hearFrom(replace(state, { ...command, chart, started }), command.device, event.jseq);
      return { state: moveRun(next, command.runId, { type: "started" }), effects: [] };
    }
    case "step.overdue": {
      const { state: chart } = advance(stepMachine, command.chart, { type: "overdue" });
      const next = replace(state, { ...command, chart, overdue: command.overdue ?? at });
      // Nothing was heard of it: ask the device what it knows, and send the same id again if it knows nothing (E6).
      // A device that is away is asked when it is back.
      const isAway = state.devices.get(command.device)?.chart.value === "offline";
      return { state: next, effects: isAway ? [] : [{ type: "reconcile", device: command.device }] };
    }
    case "step.cancelling":
      return {
        state: replace(state, { ...command, cancelling: command.cancelling ?? at }),
        effects: [{ type: "cancelCommand", commandId: event.commandId, reason: event.reason }],
      };
    case "step.doubted": {
      const { state: chart, effects } = advance(stepMachine, command.chart, { type: "doubted", reason: event.reason });
      const next = replace(state, { ...command, chart, doubt: event.reason });
      const held = moveRun(next, command.runId, { type: "held", reason: event.reason });
      return { state: held, effects: acknowledgements(command, effects) };
    }
    case "step.succeeded":
    case "step.failed":
    case "step.notExecuted":
      return foldSettled(state, command, event, at);
  }
}

/** What the hard deadline allows beyond the run deadline (contract section 10). */
export const hardMarginMs = 60_000;

function foldIntent(state: EngineState, event: Extract<StepEvent, { type: "step.intended" }>, at: Moment): Folded {
  const run = state.runs.get(event.runId);
  const device = state.devices.get(event.device);
  if (run === undefined || device === undefined) {
    throw new LabError("journal.impossible", `command ${event.commandId} is for a run or a device that is not known`);
  }
  const begun = begin(stepMachine, {
    commandId: event.commandId,
    retryClass: event.retryClass,
    startDeadlineAt: at.labAt + event.ttlMs,
    maxDurationMs: event.maxDurationMs,
    marginMs: hardMarginMs,
  });
  const command: CommandRecord = {
    ...event,
    chart: begun.state,
    intended: at,
    renewed: null,
    sent: null,
    started: null,
    overdue: null,
    cancelling: null,
    ended: null,
    outcome: null,
    doubt: null,
  };
  const bindings = { ...run.bindings, ...event.bindings };
  const steps = { ...run.steps, [event.stepKey]: command };
  const chart = advance(runMachine, run.chart, { type: "placed" }).state;
  const moved = advance(deviceMachine, device.chart, { type: "intended" });
  return {
    state: {
      ...state,
      runs: new Map(state.runs).set(run.runId, { ...run, bindings, steps, chart }),
      openCommands: new Map(state.openCommands).set(event.commandId, run.runId),
      devices: new Map(state.devices).set(event.device, {
        ...device,
        chart: moved.state,
        dseq: event.dseq,
        lastUsed: at.labAt,
      }),
    },
    effects: [{ type: "publishCommand", commandId: event.commandId }],
  };
}

function foldSettled(state: EngineState, command: CommandRecord, event: SettlingEvent, at: Moment): Folded {
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

function acknowledgements(command: CommandRecord, effects: readonly { readonly type: string }[]): Effect[] {
  return effects
    .filter((effect) => effect.type === "acknowledge")
    .map(() => ({ type: "acknowledge", device: command.device, commandId: command.commandId }));
}

/** Notes how long the device's journal was when it said this: a shorter one later on means lost memory (E9). */
function hearFrom(state: EngineState, name: string, jseq: number): EngineState {
  const device = state.devices.get(name);
  if (device === undefined || jseq <= device.jseq) return state;
  return { ...state, devices: new Map(state.devices).set(name, { ...device, jseq }) };
}

function replace(state: EngineState, command: CommandRecord): EngineState {
  const run = state.runs.get(command.runId);
  if (run === undefined) return state;
  const steps = { ...run.steps, [command.stepKey]: command };
  return { ...state, runs: new Map(state.runs).set(run.runId, { ...run, steps }) };
}

function moveRun(
  state: EngineState,
  runId: string,
  event: { type: "started" } | { type: "held"; reason: string },
): EngineState {
  const run = state.runs.get(runId);
  if (run === undefined) return state;
  const { state: chart } = advance(runMachine, run.chart, event);
  return { ...state, runs: new Map(state.runs).set(runId, { ...run, chart }) };
}
