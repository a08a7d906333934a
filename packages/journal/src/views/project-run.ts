import {
  type LabEvent,
  photosIn,
  type RecordedEvent,
  type RunView,
  type StepView,
  type Values,
} from "@labloop/contracts";
import type { Doubts } from "./doubts.ts";
import type { Tables } from "./tables.ts";

/** Projects what happens to runs and their steps. */
export function projectRun(tables: Tables, { seq, labAt, event }: RecordedEvent): void {
  const { runs, runOfCommand } = tables;
  switch (event.type) {
    case "run.queued":
      runs.set(event.runId, newRun(event, runs.size + 1, labAt), seq);
      return;
    case "upkeep.queued": {
      const { purpose, bindings } = event;
      runs.set(event.runId, { ...newRun(event, runs.size + 1, labAt), purpose, bindings }, seq);
      return;
    }
    case "run.failing":
      return change(event.runId, (run) => ({ ...run, reason: event.message }));
    case "run.finished":
      return change(event.runId, (run) => ({ ...run, phase: event.outcome, reason: event.reason, endedAt: labAt }));
    case "observation.made":
      if (event.observation.purpose !== undefined) return;
      return change(event.observation.runId, (run) => ({ ...run, experiment: tables.experiments.size + 1 }));
    case "step.intended": {
      runOfCommand.set(event.commandId, event.runId);
      return change(event.runId, (run) => ({
        ...run,
        phase: run.phase === "queued" ? "running" : run.phase,
        bindings: { ...run.bindings, ...event.bindings },
        steps: [...run.steps, newStep(event, run, labAt)],
      }));
    }
    case "step.sent":
    case "step.accepted":
    case "step.started":
    case "step.overdue":
    case "step.provisional":
    case "step.succeeded":
    case "step.failed":
    case "step.notExecuted":
    case "step.doubted":
    case "step.resolved":
    case "step.contradicted":
      return change(runOfCommand.get(event.commandId) ?? "", (run) => {
        const steps = run.steps.map((step) =>
          step.commandId === event.commandId ? afterFact(step, event, labAt, tables.doubts) : step,
        );
        const isHeld = steps.some((step) => step.phase === "inDoubt");
        const phase = isHeld ? "held" : run.phase === "held" ? "running" : run.phase;
        return { ...run, steps, phase };
      });
    default:
  }

  function change(runId: string, next: (run: RunView) => RunView): void {
    const run = runs.get(runId);
    if (run !== undefined) runs.set(runId, next(run), seq);
  }
}

function newRun(
  event: Extract<LabEvent, { type: "run.queued" | "upkeep.queued" }>,
  number: number,
  labAt: number,
): RunView {
  return {
    runId: event.runId,
    number,
    parameters: event.parameters,
    phase: "queued",
    reason: null,
    queuedAt: labAt,
    endedAt: null,
    bindings: {},
    plan: event.plan.steps.map(({ key, op, role, typicalMs }) => ({ key, op, role, typicalMs })),
    steps: [],
    experiment: null,
  };
}

function newStep(event: Extract<LabEvent, { type: "step.intended" }>, run: RunView, labAt: number): StepView {
  return {
    key: event.stepKey,
    commandId: event.commandId,
    attempt: event.attempt,
    device: event.device,
    op: event.op,
    phase: "intended",
    isOverdue: false,
    intendedAt: labAt,
    sentAt: null,
    acceptedAt: null,
    startedAt: null,
    endedAt: null,
    typicalMs: run.plan.find(({ key }) => key === event.stepKey)?.typicalMs ?? 0,
    message: null,
  };
}

type StepFact = Extract<
  LabEvent,
  {
    type:
      | "step.sent"
      | "step.accepted"
      | "step.started"
      | "step.overdue"
      | "step.provisional"
      | "step.succeeded"
      | "step.failed"
      | "step.notExecuted"
      | "step.doubted"
      | "step.resolved"
      | "step.contradicted";
  }
>;

const rank = ["intended", "sent", "accepted", "started"] as const;

/** Display facts come in any order, so an earlier one never takes a step back; its time is kept all the same. */
function afterFact(step: StepView, event: StepFact, labAt: number, doubts: Doubts): StepView {
  const forward = (phase: (typeof rank)[number]): StepView["phase"] => {
    const now = rank.findIndex((known) => known === step.phase);
    return now >= 0 && now < rank.indexOf(phase) ? phase : step.phase;
  };
  // What is said of it next is not what the device said before.
  const { code: _code, ...said } = step;
  // A terminal result takes the place of its parts.
  const { provisional: _parts, ...final } = said;
  switch (event.type) {
    case "step.sent":
      return { ...step, phase: forward("sent"), sentAt: step.sentAt ?? labAt };
    case "step.accepted":
      return { ...step, phase: forward("accepted"), acceptedAt: step.acceptedAt ?? labAt };
    case "step.started":
      return { ...step, phase: forward("started"), startedAt: step.startedAt ?? labAt, isOverdue: false };
    case "step.overdue":
      return { ...step, isOverdue: true };
    case "step.provisional":
      return { ...step, provisional: { seq: event.seq, values: event.values } };
    case "step.succeeded":
      return { ...final, phase: "succeeded", endedAt: labAt, message: null, ...photosOf(event.result) };
    case "step.failed":
      return { ...final, phase: "failed", endedAt: labAt, message: event.error.message, code: event.error.code };
    case "step.notExecuted":
      return { ...final, phase: "notExecuted", endedAt: labAt, message: event.error.message, code: event.error.code };
    case "step.doubted": {
      const isClosed = event.isTerminal === true && doubts.rows.get(step.commandId)?.isClosing === true;
      if (isClosed) return { ...step, phase: "notExecuted", endedAt: labAt };
      return { ...said, phase: "inDoubt", message: event.reason };
    }
    case "step.resolved":
      return afterAnswer(said, event, labAt, doubts.ended.has(step.commandId));
    case "step.contradicted": {
      const message = `${event.device} says ${event.state}, and it was settled as ${event.settled}`;
      return { ...said, message };
    }
  }
}

/** An answer settles a step, except that it did not happen while the device could still carry it out. */
function afterAnswer(
  step: StepView,
  { as, by, reason, result }: Extract<StepFact, { type: "step.resolved" }>,
  labAt: number,
  isOver: boolean,
): StepView {
  const message = by === null ? reason : `${by.name}: ${reason}`;
  if (as === "not-executed" && !isOver) return { ...step, message };
  const phase = as === "executed" ? "succeeded" : as === "not-executed" ? "notExecuted" : "failed";
  return { ...step, phase, endedAt: labAt, message, ...photosOf(result ?? {}) };
}

function photosOf(result: Values): Pick<StepView, "photos"> {
  const photos = photosIn(result);
  return Object.keys(photos).length === 0 ? {} : { photos };
}
