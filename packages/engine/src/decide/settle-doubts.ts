import type { Ids, LabEvent, RetryClass } from "@labloop/contracts";
import { hardMarginMs } from "../fold/fold-step.ts";
import type { Recipe } from "../recipe.ts";
import type { CommandRecord, EngineState, RunRecord } from "../state.ts";
import type { Surroundings } from "./lab-view.ts";
import { strandedStep } from "./lost-step.ts";
import { discard, holdPlaces, resolve } from "./resolve.ts";
import { quarantine } from "./quarantine.ts";

/** How long a device has for an answer to a probe before the doubt goes on without it, ms of the link clock; chosen. */
const probePatienceMs = 30_000;

/** New attempts by policy, of one step (contract section 11). */
const maxRetries: Readonly<Record<RetryClass, number>> = { idempotent: 3, "retry-safe": 2, "non-repeatable": 0 };

/** Returns until when an aborted campaign waits for a device or a cleaning up before it ends without them, wall clock. */
export function abortLimit({ campaign, settledAt }: EngineState, since = 0): number {
  return Math.max(campaign?.aborted?.wallAt ?? 0, settledAt, since) + hardMarginMs;
}

/** Returns until when the answer to the newest probe is awaited, on the wall clock; 0 when none is. */
export function probeUntil({ probe }: CommandRecord): number {
  return probe === null || probe.answer !== null ? 0 : probe.asked.wallAt + probePatienceMs;
}

/**
 * Returns the next thing that follows for what is in doubt without a person: the device is asked once, the policy of a
 * retry class orders a new attempt, and an aborted campaign gives up what nobody can tell. Nothing when a person is to say.
 */
export function settleDoubts(
  state: EngineState,
  recipe: Recipe,
  around: Surroundings,
  ids: Ids,
): readonly LabEvent[] | null {
  for (const run of [...state.runs.values()].sort((a, b) => a.order - b.order)) {
    const stranded = strandedStep(run);
    if (stranded !== null) return strand(state, run, stranded);
    for (const command of Object.values(run.steps)) {
      if (command.outcome !== null || command.doubt === null) continue;
      const events = settleDoubt(state, run, command, recipe, around, ids);
      if (events !== null) return events;
    }
  }
  return null;
}

/** Returns what follows once an aborted campaign can clean up nothing more: what is left is out of use, by name. */
export function giveUpCleaning(state: EngineState, { wallAt }: Surroundings): readonly LabEvent[] | null {
  if (state.campaign?.aborted == null) return null;
  const isMoving = [...state.runs.values()].some((run) =>
    Object.values(run.steps).some(({ outcome }) => outcome === null),
  );
  if (isMoving || wallAt < abortLimit(state)) return null;
  for (const run of state.runs.values()) {
    const device = run.partRole === null ? undefined : run.bindings[run.partRole];
    if (device === undefined) continue;
    const reason = `its part was left on ${device}: nothing could carry it away before the abort had to end`;
    const what = `the part of run ${run.order + 1} was left on it when the campaign was aborted`;
    return [leave(run, reason), ...quarantine(state, device, "device.partLeft", what).events];
  }
  return null;
}

function settleDoubt(
  state: EngineState,
  run: RunRecord,
  command: CommandRecord,
  recipe: Recipe,
  around: Surroundings,
  ids: Ids,
): readonly LabEvent[] | null {
  const { commandId, device: name, resolution, retryClass } = command;
  const aborted = state.campaign?.abortedBy ?? null;
  if (resolution !== null) {
    const isOver = aborted !== null && around.wallAt >= abortLimit(state, resolution.at.wallAt);
    return isOver ? giveUp(state, run, command, `${name} has not confirmed that it will never run`) : null;
  }
  const device = state.devices.get(name);
  const phase = device?.chart.value;
  const isInReach = around.isLinkUp && (phase === "idle" || phase === "busy");
  const probes = device?.caps?.operations[command.op]?.probes !== false;
  const isAsked = command.probe !== null && (command.probe.answer !== null || command.probe.bootId === device?.bootId);
  if (isInReach && probes && !isAsked) return [{ type: "step.probing", commandId, rid: ids.random(), by: null }];
  if (isInReach && probeUntil(command) > around.wallAt) return null;
  if (aborted !== null) return giveUp(state, run, command, `nobody knows whether it ran (${command.doubt})`);
  const saysItRan = command.word === "succeeded" || command.word === "failed";
  const isAllowed = command.retries < maxRetries[retryClass] && !saysItRan && isInBudget(state, command, recipe);
  if (!isInReach || !isAllowed) return null;
  const attempt = `new attempt ${command.retries + 1} of at most ${maxRetries[retryClass]}`;
  const reason = `${attempt} by the policy for ${retryClass} operations, since ${command.doubt}`;
  return [resolve(command, "not-executed", { by: null, confirmedBy: null, reason, evidence: {} })];
}

/** What is safe to repeat still costs the sample something, so a campaign has one such attempt for each experiment. */
function isInBudget({ retries }: EngineState, { retryClass }: CommandRecord, { checked }: Recipe): boolean {
  return retryClass !== "retry-safe" || retries < checked.campaign.budget.experiments;
}

function giveUp(state: EngineState, run: RunRecord, command: CommandRecord, why: string): LabEvent[] {
  const by = state.campaign?.abortedBy?.name ?? "";
  const word = { by: null, confirmedBy: null, reason: `the campaign was aborted by ${by}: ${why}`, evidence: {} };
  return discard(state, run, command, word, { stopsRun: true, isHeld: true });
}

/** A step that was to carry the part on and will not: where the part is now, only a person can tell. */
function strand(state: EngineState, run: RunRecord, command: CommandRecord): LabEvent[] {
  const error = command.outcome === null || command.outcome.state === "succeeded" ? null : command.outcome.error;
  const why = `${command.stepKey} on ${command.device} left its part behind: ${error?.message ?? "no reason given"}`;
  return [leave(run, why), ...holdPlaces(state, run, command, why)];
}

function leave({ runId, sampleId }: RunRecord, reason: string): LabEvent {
  return { type: "sample.suspected", runId, sampleId, reason, isPartLeft: true };
}
