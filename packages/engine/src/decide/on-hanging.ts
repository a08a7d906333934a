import type { LabEvent } from "@labloop/contracts";
import { type CommandRecord, type EngineState, openCommand, type RunRecord } from "../state.ts";
import { type Decision, nothing } from "./decision.ts";

/**
 * An act is worth a look when it has lasted twice as long as it usually does, and half a minute longer: the factor for long
 * acts, the margin for short ones. Chosen: acts of one operation rarely differ by more, and an alarm too many is ignored
 * at the next.
 */
const factor = 2;
const leastExcessMs = 30_000;

/**
 * Returns the lab time at which a started command has lasted longer than expected, never past its run deadline; null for
 * one that has not started, or that people were told of.
 */
export function hangsAt(run: RunRecord, { stepKey, started, hanging, maxDurationMs }: CommandRecord): number | null {
  if (started === null || hanging !== null) return null;
  const typicalMs = typicalOf(run, stepKey);
  const patienceMs = Math.max(factor * typicalMs, typicalMs + leastExcessMs);
  return started.labAt + Math.min(patienceMs, maxDurationMs);
}

/** Returns that a command lasts longer than expected: an alarm for people, which changes no outcome. */
export function onHanging(state: EngineState, commandId: string, labAt: number): Decision {
  const command = openCommand(state, commandId);
  const run = command === null ? undefined : state.runs.get(command.runId);
  if (command === null || run === undefined || command.doubt !== null) return nothing;
  const { started } = command;
  if (started === null || hangsAt(run, command) === null) return nothing;
  const expectedMs = typicalOf(run, command.stepKey);
  const event: LabEvent = { type: "step.hanging", commandId, expectedMs, lastedMs: labAt - started.labAt };
  return { events: [event], effects: [] };
}

function typicalOf(run: RunRecord, stepKey: string): number {
  return run.plan.steps.find(({ key }) => key === stepKey)?.typicalMs ?? 0;
}
