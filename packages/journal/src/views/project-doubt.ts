import type { DoubtView, LabEvent, Plan, RecordedEvent } from "@labloop/contracts";
import type { Tables } from "./tables.ts";

/** Projects which commands are in doubt: a row comes with the doubt and goes when it is settled. */
export function projectDoubt(tables: Tables, { seq, labAt, event }: RecordedEvent): void {
  const { doubts } = tables;
  const { rows, trails, ended } = doubts;
  switch (event.type) {
    case "device.announced":
      doubts.caps.set(event.device, event.caps);
      return;
    case "run.queued":
    case "upkeep.queued":
      doubts.plans.set(event.runId, { plan: event.plan, sampleId: event.sampleId });
      return;
    case "run.finished":
      doubts.plans.delete(event.runId);
      return;
    case "step.intended":
      trails.set(event.commandId, {
        intent: event,
        intendedAt: labAt,
        sentAt: null,
        acceptedAt: null,
        startedAt: null,
      });
      return;
    case "step.sent":
      return leave(event.commandId, "sentAt");
    case "step.accepted":
      return leave(event.commandId, "acceptedAt");
    case "step.started":
      return leave(event.commandId, "startedAt");
    case "step.doubted": {
      if (event.isTerminal === true) ended.add(event.commandId);
      const known = rows.get(event.commandId);
      const row = known ?? newRow(tables, event, labAt);
      // What was answered as not executed has waited for just this.
      if (row === null || (known?.isClosing === true && ended.has(event.commandId))) return close(event.commandId);
      const progress = event.progress ?? row.progress;
      return set({ ...row, progress, evidence: { ...row.evidence, ...event.evidence } });
    }
    case "step.probing":
      return change(event.commandId, ({ probes }) => ({
        probes: [...probes, { at: labAt, outcome: null, decisive: false, evidence: {} }],
      }));
    case "step.probed": {
      const { outcome, decisive, evidence } = event;
      return change(event.commandId, ({ probes }) => ({
        probes: [...probes.slice(0, -1), { at: labAt, outcome, decisive, evidence }],
      }));
    }
    case "step.resolved":
      if (event.as === "not-executed" && !ended.has(event.commandId)) {
        return change(event.commandId, () => ({ isClosing: true }));
      }
      return close(event.commandId);
    case "step.contradicted": {
      if (rows.has(event.commandId)) ended.add(event.commandId);
      const reason = `${event.device} says ${event.state}, and it was answered as ${event.settled}`;
      return change(event.commandId, ({ evidence }) => ({
        isClosing: false,
        reason,
        since: labAt,
        evidence: { ...evidence, ...event.evidence },
      }));
    }
    case "step.succeeded":
    case "step.failed":
    case "step.notExecuted":
      return close(event.commandId);
    default:
  }

  function set(row: DoubtView): void {
    rows.set(row.commandId, row);
    doubts.changedAt = seq;
  }

  function change(commandId: string, next: (row: DoubtView) => Partial<DoubtView>): void {
    const row = rows.get(commandId);
    if (row !== undefined) set({ ...row, ...next(row) });
  }

  function leave(commandId: string, trace: "sentAt" | "acceptedAt" | "startedAt"): void {
    const trail = trails.get(commandId);
    if (trail !== undefined) trails.set(commandId, { ...trail, [trace]: trail[trace] ?? labAt });
    change(commandId, (row) => ({ [trace]: row[trace] ?? labAt }));
  }

  function close(commandId: string): void {
    trails.delete(commandId);
    ended.delete(commandId);
    if (rows.delete(commandId)) doubts.changedAt = seq;
  }
}

function newRow(tables: Tables, event: Extract<LabEvent, { type: "step.doubted" }>, labAt: number): DoubtView | null {
  const trail = tables.doubts.trails.get(event.commandId);
  if (trail === undefined) return null;
  const { intent, intendedAt, sentAt, acceptedAt, startedAt } = trail;
  const { commandId, runId, stepKey, device, op, params, attempt, retryClass } = intent;
  const run = tables.runs.get(runId);
  const planned = tables.doubts.plans.get(runId);
  const claims = planned?.plan.steps.find(({ key }) => key === stepKey)?.claims ?? [];
  const held = claims.flatMap((role) => run?.bindings[role] ?? []);
  return {
    commandId,
    runId,
    run: run?.number ?? 0,
    sampleId: planned?.sampleId ?? "",
    step: stepKey,
    device,
    op,
    params,
    attempt,
    retryClass,
    reason: event.reason,
    since: labAt,
    intendedAt,
    sentAt,
    acceptedAt,
    startedAt,
    progress: null,
    evidence: {},
    probes: [],
    result: tables.doubts.caps.get(device)?.operations[op]?.result ?? {},
    holds: {
      steps: planned === undefined ? [] : stepsAfter(planned.plan, stepKey),
      devices: [...new Set([device, ...held])],
    },
    isClosing: false,
  };
}

/** Returns the steps that come after one, directly or by way of others. */
function stepsAfter({ steps }: Plan, first: string): string[] {
  const waiting = new Set([first]);
  for (const { key, after } of steps) if (after.some((before) => waiting.has(before))) waiting.add(key);
  waiting.delete(first);
  return [...waiting];
}
