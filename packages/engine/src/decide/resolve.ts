import type { Actor, Json, LabEvent, LabEventOf, Values } from "@labloop/contracts";
import type { CommandRecord, EngineState, RunRecord } from "../state.ts";
import { quarantine } from "./quarantine.ts";

/** Whose word settles a doubt, and why. */
export interface Word {
  readonly by: Actor | null;
  readonly confirmedBy: Actor | null;
  readonly reason: string;
  readonly evidence: Readonly<Record<string, Json>>;
}

/** Returns the fact that a doubt is settled as one whose outcome is known. */
export function resolve(
  { commandId }: CommandRecord,
  as: "executed" | "partial" | "not-executed",
  word: Word,
  values: { readonly result?: Values | undefined; readonly executed?: Values | undefined } = {},
): LabEvent {
  return { ...resolved(commandId, as, word), result: values.result ?? null, executed: values.executed ?? null };
}

/**
 * Returns what giving a command up leads to: its sample is suspect, its run goes no further, and where its part may stand
 * is out of use, by name, until a person has looked. With `isHeld` the device itself is too while it may still be at it.
 */
export function discard(
  state: EngineState,
  run: RunRecord,
  command: CommandRecord,
  word: Word,
  { stopsRun, isHeld }: { readonly stopsRun: boolean; readonly isHeld: boolean },
): LabEvent[] {
  const { commandId, stepKey, device } = command;
  const why = `${stepKey} on ${device} was given up in doubt: ${word.reason}`;
  const events: LabEvent[] = [
    { ...resolved(commandId, "discarded", word), ...(stopsRun ? { stopsRun } : {}) },
    ...suspect(run, why),
  ];
  if (run.failing === null) {
    const code = stopsRun ? "run.stopped" : "step.inDoubt";
    events.push({ type: "run.failing", runId: run.runId, stepKey, code, message: why });
  }
  const planned = run.plan.steps.find(({ key }) => key === stepKey);
  const isPlaceUnknown = planned !== undefined && planned.partFrom !== planned.partTo;
  if (isPlaceUnknown) events.push(...holdPlaces(state, run, command, why));
  if (isHeld && command.word === null && !events.some((event) => isHoldOf(event, device))) {
    const what = `${commandId} was given up, and nobody knows whether it is still at it`;
    events.push(...quarantine(state, device, "device.stillActing", what).events);
  }
  if (stopsRun) {
    const reason = `the run was stopped: ${word.reason}`;
    const others = Object.values(run.steps).filter(({ outcome, doubt, started, commandId: id }) => {
      return id !== commandId && outcome === null && doubt === null && started === null;
    });
    events.push(...others.map((other): LabEvent => ({ type: "step.cancelling", commandId: other.commandId, reason })));
  }
  return events;
}

/** Returns that a run's sample is suspect, once. */
function suspect({ runId, sampleId, suspect: known }: RunRecord, reason: string): LabEvent[] {
  return known === null ? [{ type: "sample.suspected", runId, sampleId, reason }] : [];
}

/** Returns that every device is out of use that a step has to do with and on which its part may be. */
export function holdPlaces(state: EngineState, run: RunRecord, command: CommandRecord, why: string): LabEvent[] {
  const planned = run.plan.steps.find(({ key }) => key === command.stepKey);
  const roles = planned?.claims ?? [];
  const devices = new Set([command.device, ...roles.flatMap((role) => run.bindings[role] ?? [])]);
  const what = `the part of run ${run.order + 1} may be on it: ${why}`;
  return [...devices].flatMap((device) => quarantine(state, device, "device.partLeft", what).events);
}

function resolved(commandId: string, as: LabEventOf<"step.resolved">["as"], word: Word): LabEventOf<"step.resolved"> {
  const { by, confirmedBy, reason, evidence } = word;
  return {
    type: "step.resolved",
    commandId,
    as,
    by,
    confirmedBy,
    reason,
    evidence: { ...evidence },
    result: null,
    executed: null,
  };
}

function isHoldOf(event: LabEvent, device: string): boolean {
  return event.type === "device.quarantined" && event.device === device;
}
