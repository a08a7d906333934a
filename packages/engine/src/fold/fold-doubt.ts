import { LabError, type LabEventOf } from "@labloop/contracts";
import { advance, deviceMachine, stepMachine } from "@labloop/machines";
import { type CommandRecord, type EngineState, type Moment, openCommand } from "../state.ts";
import type { Folded } from "./folded.ts";
import { withEntry } from "./grow.ts";
import { foldResolved } from "./fold-resolved.ts";
import { awaitResult } from "./fold-result.ts";
import { replace } from "./step-state.ts";

type DoubtEvent = LabEventOf<
  "step.probing" | "step.probed" | "step.resolved" | "step.contradicted" | "sample.suspected"
>;

/** Folds what is found out of a command in doubt, how it is settled, and what is said against that. */
export function foldDoubt(state: EngineState, event: DoubtEvent, at: Moment): Folded {
  switch (event.type) {
    case "step.probing": {
      const command = doubted(state, event);
      const bootId = state.devices.get(command.device)?.bootId ?? null;
      const probe = { rid: event.rid, bootId, asked: at, answer: null };
      return {
        state: replace(state, { ...command, probe }),
        effects: [{ type: "probeDevice", commandId: event.commandId }],
      };
    }
    case "step.probed": {
      const command = doubted(state, event);
      if (command.probe === null) throw new LabError("journal.impossible", `${event.commandId} was never probed`);
      const answer = { outcome: event.outcome, isDecisive: event.decisive };
      return { state: replace(state, { ...command, probe: { ...command.probe, answer } }), effects: [] };
    }
    case "step.resolved":
      return foldResolved(state, doubted(state, event), event, at);
    case "step.contradicted": {
      const next = contradict(state, event, at);
      const { resultRef } = event;
      return { state: resultRef === undefined ? next : awaitResult(next, event, resultRef, null), effects: [] };
    }
    case "sample.suspected": {
      const run = state.runs.get(event.runId);
      if (run === undefined) return { state, effects: [] };
      const partRole = event.isPartLeft === true ? null : run.partRole;
      const suspect = run.suspect ?? event.reason;
      return {
        state: { ...state, runs: new Map(state.runs).set(run.runId, { ...run, partRole, suspect }) },
        effects: [],
      };
    }
  }
}

function doubted(state: EngineState, { type, commandId }: DoubtEvent & { readonly commandId: string }): CommandRecord {
  const command = openCommand(state, commandId);
  if (command === null || command.doubt === null) {
    throw new LabError("journal.impossible", `${type} speaks of a command ${commandId} that is not in doubt`);
  }
  return command;
}

/**
 * What the device says against a person is kept beside it. One that was answered as not executed and is not closed yet is
 * in doubt again: a new attempt could do twice what the device says that it did.
 */
function contradict(state: EngineState, event: LabEventOf<"step.contradicted">, at: Moment): EngineState {
  const { commandId, device: name, state: word } = event;
  const command = openCommand(state, commandId);
  if (command !== null) {
    const { state: chart } = advance(stepMachine, command.chart, { type: "contradicted" });
    const doubt = `${name} says ${word}, and it was answered as ${event.settled}`;
    return replace(state, { ...command, chart, word, doubt, doubted: at, resolution: null });
  }
  const closed = state.closedCommands.get(commandId);
  if (closed === undefined)
    throw new LabError("journal.impossible", `${commandId} is contradicted and was never ordered`);
  const next = { ...state, closedCommands: withEntry(state.closedCommands, commandId, { ...closed, word }) };
  const device = state.devices.get(name);
  if (!state.residues.has(commandId) || device === undefined) return next;
  const residues = new Map(state.residues);
  residues.delete(commandId);
  const { state: chart } = advance(deviceMachine, device.chart, { type: "closed" });
  return { ...next, residues, devices: new Map(state.devices).set(name, { ...device, chart }) };
}
