import { LabError, type LabEventOf } from "@labloop/contracts";
import { advance, begin, deviceMachine, runMachine, stepMachine } from "@labloop/machines";
import { type CommandRecord, type EngineState, type Moment, openCommand } from "../state.ts";
import { foldClosed } from "./fold-resolved.ts";
import { foldSettled } from "./fold-settled.ts";
import type { Folded } from "./folded.ts";
import { rememberAct } from "./remember-act.ts";
import { hearFrom, replace } from "./step-state.ts";

type StepEvent = LabEventOf<
  | "step.intended"
  | "step.sent"
  | "step.accepted"
  | "step.started"
  | "step.overdue"
  | "step.succeeded"
  | "step.failed"
  | "step.notExecuted"
  | "step.cancelling"
  | "step.doubted"
>;

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
      const caps = command.started === null ? (state.devices.get(command.device)?.caps ?? null) : command.caps;
      const next = hearFrom(replace(state, { ...command, chart, started, caps }), command.device, event.jseq);
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
      const { state: chart } = advance(stepMachine, command.chart, { type: "doubted", reason: event.reason });
      const word = event.isTerminal === true ? "unknown" : command.word;
      const doubted: CommandRecord = {
        ...command,
        chart,
        doubt: command.doubt ?? event.reason,
        doubted: command.doubted ?? at,
        word,
      };
      if (command.resolution !== null && word !== null) return foldClosed(state, doubted, at);
      const next = replace(state, doubted);
      return { state: moveRun(next, command.runId, { type: "held", reason: event.reason }), effects: [] };
    }
    case "step.succeeded":
    case "step.failed":
    case "step.notExecuted":
      return foldSettled(state, command, event, at);
  }
}

/** What the hard deadline allows beyond the run deadline (contract section 10). */
export const hardMarginMs = 60_000;

function foldIntent(state: EngineState, event: LabEventOf<"step.intended">, at: Moment): Folded {
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
    caps: device.caps,
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
    doubted: null,
    word: null,
    probe: null,
    resolution: null,
    retries: run.steps[event.stepKey]?.retries ?? 0,
    uncounted: run.steps[event.stepKey]?.uncounted ?? 0,
    hanging: null,
    provisional: null,
    answer: null,
    wasForgotten: false,
  };
  const bindings = { ...run.bindings, ...event.bindings };
  const steps = { ...run.steps, [event.stepKey]: command };
  const chart = advance(runMachine, run.chart, { type: "placed" }).state;
  const moved = advance(deviceMachine, device.chart, { type: "intended" });
  return {
    state: {
      ...state,
      acts: rememberAct(state, event, at),
      runs: new Map(state.runs).set(run.runId, { ...run, bindings, steps, chart, refused: null }),
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
