import { LabError, type LabEventOf } from "@labloop/contracts";
import { type CommandRecord, type EngineState, type Moment, openCommand } from "../state.ts";
import { foldReturned, foldTaken } from "./fold-local.ts";
import type { Folded } from "./folded.ts";
import { replace } from "./step-state.ts";

type SafetyEvent = LabEventOf<
  | "step.hanging"
  | "step.provisional"
  | "interlock.tripped"
  | "interlock.satisfied"
  | "envelope.violated"
  | "device.taken"
  | "device.returned"
  | "device.unreadable"
>;

/** Folds facts of safety, and what is seen of a command before it ends. */
export function foldSafety(state: EngineState, event: SafetyEvent, at: Moment): Folded {
  switch (event.type) {
    case "step.hanging":
      return only(replace(state, { ...openOf(state, event), hanging: at }));
    case "step.provisional": {
      const { seq, values } = event;
      return only(replace(state, { ...openOf(state, event), provisional: { seq, values } }));
    }
    case "envelope.violated":
      return only(noteRefused(state, event));
    case "interlock.tripped":
      return only(withInterlock(state, event.interlock, { isTripped: true, message: event.message }));
    case "interlock.satisfied":
      return only(withInterlock(state, event.interlock, { isTripped: false, message: "" }));
    case "device.taken":
      return foldTaken(state, event);
    case "device.returned":
      return foldReturned(state, event);
    // For people; nothing is decided by it.
    case "device.unreadable":
      return only(state);
  }
}

function withInterlock(state: EngineState, name: string, how: { isTripped: boolean; message: string }): EngineState {
  return { ...state, interlocks: new Map(state.interlocks).set(name, how) };
}

/** What there was no room for in a total is not tried again before there may be some. */
function noteRefused(state: EngineState, event: LabEventOf<"envelope.violated">): EngineState {
  const { runId, until, message } = event;
  const run = runId === null ? undefined : state.runs.get(runId);
  if (run === undefined || until === undefined) return state;
  return { ...state, runs: new Map(state.runs).set(run.runId, { ...run, refused: { until, message } }) };
}

function openOf(state: EngineState, { type, commandId }: { type: string; commandId: string }): CommandRecord {
  const command = openCommand(state, commandId);
  if (command === null) {
    throw new LabError("journal.impossible", `${type} speaks of a command ${commandId} that is not open`);
  }
  return command;
}

function only(state: EngineState): Folded {
  return { state, effects: [] };
}
