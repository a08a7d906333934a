import type { LabEvent } from "@labloop/contracts";
import type { MemoryMedium } from "@labloop/driver";
import { type Act, massOf } from "./world.ts";

type At<T> = T & { readonly wallAt: number };

/** What is audited: the world's true acts beside the journals of engine and devices. */
export interface Evidence {
  readonly events: readonly At<LabEvent>[];
  /** Everything that any engine ever committed, also what a restored backup has forgotten. */
  readonly everIntended: readonly LabEvent[];
  readonly acts: readonly Act[];
  readonly media: ReadonlyMap<string, MemoryMedium>;
  /** Devices whose journal was lost: what they had said before is not in it. */
  readonly hasLostJournal: ReadonlySet<string>;
  readonly engineDownMs: number;
  readonly points: number;
}

/** After its hard deadline an engine that runs has this long to say that it is in doubt (I5), ms. */
const doubtWithinMs = 5_000;
const marginMs = 60_000;
/** What can be done once only, whatever anybody announces of it. */
const nonRepeatable: ReadonlySet<string> = new Set(["cast", "carry"]);

/** Returns what is wrong, each finding named by its invariant; shares nothing with the engine but schemas. */
export function audit({ events, everIntended, acts, media, hasLostJournal, engineDownMs, points }: Evidence): string[] {
  const findings: string[] = [];
  const actsOf = (commandId: string) => acts.filter((act) => act.commandId === commandId);
  const of = <T extends LabEvent["type"]>(type: T) =>
    events.filter((event): event is At<Extract<LabEvent, { type: T }>> => event.type === type);

  for (const act of acts) {
    const name = `${act.op} ${act.amount} by ${act.commandId ?? "nobody"} on ${act.device}`;
    findings.push(...act.wrong.map((wrong) => `${wrong}: ${name}`));
    if (act.commandId === null) findings.push(`I3: no device journal knows of ${name}`);
    else if (!act.wasStarted) findings.push(`D4: ${name} moved before \`started\` was durable`);
    if (act.amount > 9) findings.push(`I8: ${name} is outside of what was ordered`);
  }

  const intents = new Map(
    everIntended.flatMap((event) => (event.type === "step.intended" ? [[event.commandId, event] as const] : [])),
  );
  const steps = new Map<string, number>();
  for (const [commandId, { stepId, op }] of intents) {
    const count = actsOf(commandId).length;
    if (count > 1) findings.push(`I1: ${commandId} moved ${count} times`);
    if (nonRepeatable.has(op)) steps.set(stepId, (steps.get(stepId) ?? 0) + whole(actsOf(commandId)));
  }
  const discarded = new Set(
    of("step.resolved").flatMap(({ commandId, as }) => (as === "discarded" ? [commandId] : [])),
  );
  // What a restored backup has forgotten is a person's to judge before the device is used again.
  for (const { commandId } of of("device.orphanFound")) discarded.add(commandId);
  const deniedAt = new Map(
    of("step.resolved").flatMap(({ commandId, as, by, wallAt }) =>
      as === "not-executed" && by !== null ? [[commandId, wallAt] as const] : [],
    ),
  );
  for (const commandId of deniedAt.keys()) discarded.add(commandId);
  const failed = new Set(of("step.failed").map(({ commandId }) => commandId));
  for (const [stepId, count] of steps) {
    const isOpenToMore = [...discarded, ...failed].some((commandId) => commandId.startsWith(stepId));
    if (count > 1 && !isOpenToMore) findings.push(`I1: the non-repeatable step ${stepId} moved ${count} times`);
  }

  const ends = new Map<string, string[]>();
  const end = (commandId: string, how: string) => ends.set(commandId, [...(ends.get(commandId) ?? []), how]);
  for (const { commandId } of of("step.succeeded")) {
    end(commandId, "succeeded");
    if (actsOf(commandId).length !== 1)
      findings.push(`I2: ${commandId} succeeded and moved ${actsOf(commandId).length} times`);
  }
  for (const { commandId } of of("step.notExecuted")) {
    end(commandId, "not executed");
    // Whoever says that it did not happen answers for what was before; nothing may move after.
    const from = deniedAt.get(commandId) ?? Number.NEGATIVE_INFINITY;
    if (actsOf(commandId).some(({ at }) => at > from)) {
      findings.push(`I2: ${commandId} counts as not executed, and it moved`);
    }
  }
  for (const { commandId, physical } of of("step.failed")) {
    end(commandId, "failed");
    if (physical === "none" && actsOf(commandId).length > 0) {
      findings.push(`I2: ${commandId} failed with nothing moved, and it moved`);
    }
  }
  for (const [commandId, how] of ends)
    if (how.length > 1) findings.push(`I4: ${commandId} has the ends ${how.join(", ")}`);

  const observed = of("observation.made").map(({ observation }) => observation);
  const measured = new Map(of("run.queued").map(({ runId, parameters }) => [runId, parameters["amount"]]));
  if (new Set(observed.map(({ runId }) => runId)).size !== observed.length)
    findings.push("I4: a run was observed twice");
  for (const { runId, values } of observed) {
    const truth = massOf(amountOf(measured.get(runId)));
    const value = values?.["mass"]?.value;
    if (value !== undefined && value !== truth)
      findings.push(`I4: run ${runId} was observed as ${value} g, truly ${truth} g`);
  }

  const doubtedAt = new Map(of("step.doubted").map(({ commandId, wallAt }) => [commandId, wallAt]));
  const endedAt = new Map(
    [...of("step.succeeded"), ...of("step.failed"), ...of("step.notExecuted"), ...of("step.resolved")].map(
      ({ commandId, wallAt }) => [commandId, wallAt],
    ),
  );
  const renewedAt = new Map(
    of("device.reconciled").flatMap(({ renewed, wallAt }) => (renewed ?? []).map((id) => [id, wallAt] as const)),
  );
  for (const { commandId, ttlMs, maxDurationMs, wallAt } of of("step.intended")) {
    const from = Math.max(wallAt, renewedAt.get(commandId) ?? 0);
    const deadline = from + ttlMs + maxDurationMs + marginMs + engineDownMs + doubtWithinMs;
    const settled = Math.min(doubtedAt.get(commandId) ?? Infinity, endedAt.get(commandId) ?? Infinity);
    if (settled > deadline && events.at(-1)!.wallAt > deadline)
      findings.push(`I5: ${commandId} was not in doubt by its hard deadline`);
  }

  for (const { device, code } of of("device.quarantined")) {
    if (code === "device.memoryLost" && !hasLostJournal.has(device)) {
      findings.push(`E9: ${device} lost what it had journaled, and its journal is whole`);
    }
  }
  for (const { commandId } of of("step.succeeded")) {
    if (deniedAt.has(commandId)) findings.push(`E10: a late fact overruled the person who had settled ${commandId}`);
  }
  for (const [device, { content }] of media) {
    for (const { commandId, state } of content?.records.values() ?? []) {
      if (state !== "rejected" && !intents.has(commandId))
        findings.push(`I3: ${device} carries ${commandId}, which no engine intended`);
    }
  }
  if (points > 60_000 || events.length > 5_000) findings.push(`I10: ${points} points, ${events.length} events`);
  return findings;
}

/** Acts that were not cut short count; a part of an act may be followed by another attempt that a person decides on. */
function whole(acts: readonly Act[]): number {
  return acts.length;
}

function amountOf(value: unknown): number {
  return typeof value === "number" ? value : ((value as { value?: number } | undefined)?.value ?? Number.NaN);
}
