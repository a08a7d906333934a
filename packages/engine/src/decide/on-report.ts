import type { CommandState, Json, LabEvent } from "@labloop/contracts";
import type { Effect } from "../effect.ts";
import { isTerminal } from "../is-terminal.ts";
import {
  type ClosedCommand,
  type CommandRecord,
  type EngineState,
  openCommand,
  type ResolutionRecord,
} from "../state.ts";
import type { CommandFact } from "./command-fact.ts";
import { type Decision, nothing } from "./decision.ts";
import { onOrphan } from "./on-orphan.ts";
import { quarantine } from "./quarantine.ts";

/**
 * Returns what a report leads to. That nothing was done is believed from a boot only that has been reconciled: one that has
 * lost its journal buries what it did before (E9). Until then the report is left to its repetition, and to the answer.
 */
export function onReport(state: EngineState, name: string, fact: CommandFact): Decision {
  const device = state.devices.get(name);
  const phase = device?.chart.value;
  const isCurrent = device?.bootId === fact.bootId && (phase === "idle" || phase === "busy" || phase === "quarantined");
  // What is answered as not executed waits for nothing but a word that it never will be, which any boot can give. A device
  // that is out of use is not asked before it is released, and that waits for this word.
  const isAnswered = openCommand(state, fact.commandId)?.resolution != null;
  const isBelieved = isCurrent && (device?.reconciledBootId === fact.bootId || isAnswered);
  return isTombstone(fact) && !isBelieved ? nothing : onWord(state, name, fact);
}

function isTombstone({ state }: CommandFact): boolean {
  return state === "cancelled" || state === "rejected";
}

/**
 * Returns what a device's word on a command leads to, from wherever it comes. Only stable facts change an outcome; whatever was settled before is
 * acknowledged again, and a fact that contradicts it is raised, never merged (E4, E10).
 */
export function onWord(state: EngineState, device: string, fact: CommandFact): Decision {
  const command = openCommand(state, fact.commandId);
  const closed = state.closedCommands.get(fact.commandId);
  const owner = command?.device ?? closed?.device;
  if (owner === undefined) return onOrphan(state, device, fact);
  if (owner !== device) {
    const what = `it reports ${fact.state} for ${fact.commandId}, which was sent to ${owner}`;
    return quarantine(state, device, "device.orphan", what);
  }
  if (command !== null && hasSaidLast(command)) return onSaidAgain(state, command, device, fact);
  if (command !== null && isBurialOnly(command, fact)) {
    return doubt(command, device, "it was buried there after its journal was lost", fact);
  }
  if (command !== null) return onOpen(command, device, fact);
  return closed === undefined || !isTerminal(fact.state) ? nothing : onClosed(state, closed, fact);
}

/** Whether it says that something moved, or may have, of what it says was never to run: nobody can tell what it means. */
function hasMoved(fact: CommandFact): boolean {
  return isTombstone(fact) && fact.physical !== "none";
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
      return {
        events: [
          ...(command.started === null ? [{ type: "step.started" as const, ...common }] : []),
          ...provisional(command, fact),
        ],
        effects: [],
      };
    case "succeeded":
      if (isDenied(command)) return contradict(command.resolution, device, fact);
      return only({
        type: "step.succeeded",
        ...common,
        result: fact.result ?? {},
        executed: fact.executed ?? {},
        ...refOf(fact),
        evidence,
        late,
      });
    case "failed":
      if (fact.physical === "unknown") return doubt(command, device, error.message, fact);
      if (fact.physical !== "none" && isDenied(command)) return contradict(command.resolution, device, fact);
      return only({ type: "step.failed", ...common, physical: fact.physical, error, evidence, late });
    case "cancelled":
    case "rejected":
      if (hasMoved(fact))
        return doubt(command, device, `it reports ${fact.state} with physical ${fact.physical}`, fact);
      return {
        events: [...violation(command, fact), { type: "step.notExecuted", ...common, state: fact.state, error, late }],
        effects: [],
      };
    case "unknown":
      return doubt(command, device, error.message, fact);
  }
}

/** What the device has refused as outside its own limits or the envelope's (E11). */
function violation({ device, op, runId, stepKey }: CommandRecord, { state, error }: CommandFact): LabEvent[] {
  if (state !== "rejected" || error?.code !== "device.limitExceeded") return [];
  const message = `${op} on ${device}: ${error.message}`;
  return [{ type: "envelope.violated", device, op, at: "device", runId, stepKey, message }];
}

/** Whether a tombstone says only that it will never run: a device that lost its journal cannot tell what it did before (E9). */
function isBurialOnly(command: CommandRecord, fact: CommandFact): boolean {
  return command.wasForgotten && isTombstone(fact) && !isDenied(command);
}

/**
 * The newest part of a result that is still growing, once (D20). It is never acknowledged: that word would be taken for the
 * terminal report's, which may be written already.
 */
function provisional(command: CommandRecord, { commandId, partial }: CommandFact): LabEvent[] {
  if (partial === undefined || partial.seq <= (command.provisional?.seq ?? 0)) return [];
  return [{ type: "step.provisional", commandId, ...partial }];
}

type Denied = CommandRecord & { readonly resolution: ResolutionRecord };

/** Whether a person has said that it did not happen. */
function isDenied(command: CommandRecord): command is Denied {
  return command.resolution !== null && command.resolution.by !== null;
}

/** The device says that it happened, and a person that it did not: the person's answer is void, and asked for again (E10). */
function contradict({ as }: ResolutionRecord, device: string, fact: CommandFact): Decision {
  const { commandId, state } = fact;
  const said = { state, ...refOf(fact), evidence: wordOf(fact) };
  const event: LabEvent = { type: "step.contradicted", commandId, device, settled: as, ...said };
  return { events: [event], effects: acknowledgementsOf(device, fact) };
}

/** Where its result is, when that was too large for the report. */
function refOf({ resultRef, result }: CommandFact): Pick<CommandFact, "resultRef"> {
  return resultRef === undefined || result !== undefined ? {} : { resultRef };
}

/** What is raised is acknowledged when all of it is stored: the device has to keep a result that is still to be fetched (E4). */
function acknowledgementsOf(device: string, fact: CommandFact): Effect[] {
  return refOf(fact).resultRef === undefined ? [acknowledgementOf(device, fact)] : [];
}

/** Whether the device's last word stands against a person's. */
function hasSaidLast({ word }: CommandRecord): boolean {
  return word === "succeeded" || word === "failed";
}

function onSaidAgain(state: EngineState, command: CommandRecord, device: string, fact: CommandFact): Decision {
  if (!isTerminal(fact.state)) return nothing;
  const isSame = fact.state === command.word;
  // While its result is still being fetched the device has to keep it (E4).
  const isKept = state.awaited.has(fact.commandId) || (!isSame && refOf(fact).resultRef !== undefined);
  const effects = isKept ? [] : [acknowledgementOf(device, fact)];
  if (isSame) return { events: [], effects };
  const what = `it reports ${fact.state} for ${fact.commandId}, and had said ${command.word}`;
  return { ...quarantine(state, device, "device.conflictingEvidence", what), effects };
}

/** The device itself does not know: that word is stored and acknowledged like any stable fact. */
function doubt(command: CommandRecord, device: string, reason: string, fact: CommandFact): Decision {
  const acknowledge = acknowledgementOf(device, fact);
  if (command.word !== null) return { events: [], effects: [acknowledge] };
  // It may have acted after the person had looked: their answer is void, and asked for again.
  if (isDenied(command)) return contradict(command.resolution, device, fact);
  const event: LabEvent = {
    type: "step.doubted",
    commandId: fact.commandId,
    reason: `${device} does not know how it ended: ${reason}`,
    evidence: fact.evidence ?? {},
    isTerminal: true,
  };
  return { events: [event], effects: [acknowledge] };
}

/**
 * A last word on what is settled. After a person's word, the first is conflicting evidence, whatever it says; so is the
 * first on what was settled before the device was done with it. A device that contradicts itself is taken out of use.
 */
function onClosed(state: EngineState, closed: ClosedCommand, fact: CommandFact): Decision {
  const { device } = closed;
  const { commandId } = fact;
  // While its result is still being fetched the device has to keep it (E4).
  const isRepeated = fact.state === "succeeded" || fact.state === closed.word;
  if (state.awaited.has(commandId) && isRepeated) return nothing;
  const effects = [acknowledgementOf(device, fact)];
  const isUnknown = fact.state === "unknown" || (fact.state === "failed" && fact.physical === "unknown");
  const isUnsure = isUnknown || hasMoved(fact);
  const isAwaited = state.residues.has(commandId);
  const isFirst = closed.word === null && (closed.by !== null || isAwaited);
  // One that does not know contradicts nobody.
  if (isUnsure && !isAwaited) return { events: [], effects };
  const settled = closed.word === null ? closed.state : stateOf(closed.word);
  if (!isFirst && settled === stateOf(fact.state)) return { events: [], effects };
  const who = closed.by === null ? closed.state : `${closed.state} by ${closed.by.name}`;
  const raised: LabEvent = {
    type: "step.contradicted",
    commandId,
    device,
    settled: who,
    state: fact.state,
    ...refOf(fact),
    evidence: wordOf(fact),
  };
  const taken = acknowledgementsOf(device, fact);
  if (!isFirst) {
    const what = `it reports ${fact.state} for ${commandId}, which is settled as ${closed.word ?? closed.state}`;
    const held = quarantine(state, device, "device.conflictingEvidence", what);
    return { events: [raised, ...held.events], effects: taken };
  }
  const run = state.runs.get(closed.runId);
  // Buried by a device that had lost its journal before: that says nothing of what it did (E9).
  const said = hasMoved(fact) ? "failed" : stateOf(fact.state);
  const isBurial = state.residues.get(commandId)?.wasForgotten === true && said === "notExecuted";
  const isAtOdds = !isUnknown && !isBurial && closed.state !== "discarded" && closed.state !== said;
  const reason = `${device} reports ${fact.state} for ${commandId}, which was settled as ${who}`;
  const suspected: LabEvent[] =
    run === undefined || run.suspect !== null || !isAtOdds
      ? []
      : [{ type: "sample.suspected", runId: run.runId, sampleId: run.sampleId, reason }];
  return { events: [raised, ...suspected], effects: taken };
}

/** All of what the device said, to be kept beside the outcome that it does not change. */
function wordOf({ physical, result, executed, evidence, error }: CommandFact): Record<string, Json> {
  const said = { physical, result: result ?? null, executed: executed ?? null, error: error ?? null };
  return { ...said, ...(evidence === undefined ? {} : { evidence }) };
}

function acknowledgementOf(device: string, { commandId }: CommandFact): Effect {
  return { type: "acknowledge", device, commandId };
}

function only(event: LabEvent): Decision {
  return { events: [event], effects: [] };
}

function stateOf(word: CommandState): ClosedCommand["state"] | "open" {
  switch (word) {
    case "rejected":
    case "cancelled":
      return "notExecuted";
    case "succeeded":
    case "failed":
      return word;
    case "accepted":
    case "started":
      return "open";
    case "unknown":
      return "discarded";
  }
}
