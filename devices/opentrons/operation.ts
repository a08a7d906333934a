import { LabError, sleep, type Values, ValueSpec } from "@labloop/contracts";
import type { Ending, Evidence, Finding, Operation, OperationContext } from "@labloop/driver";
import * as z from "zod";
import type { DeclaredOperation } from "./declaration.ts";
import { prepareRun, type ProtocolFile } from "./prepare-run.ts";
import { executedOf, readResults } from "./read-results.ts";
import { RobotRefusal } from "./robot.ts";
import type { Session } from "./session.ts";
import { isOver, type Run, type RunAction, RunBody } from "./wire.ts";

/** How often a run is resumed of itself before it is stopped; chosen: what goes wrong again and again needs a person. */
const mostResumes = 3;

const Anything = z.unknown();
const Played = z.object({ runId: z.string() });

/** Returns the operation that runs one protocol. */
export function operationOf(declared: DeclaredOperation, files: readonly ProtocolFile[]): Operation<Session> {
  const { recovery, duration } = declared;
  return {
    title: declared.title,
    version: declared.version,
    params: declared.params,
    result: Object.fromEntries(Object.entries(declared.result).map(([name, value]) => [name, announced(value)])),
    retryClass: declared.retryClass,
    probes: true,
    duration,

    baseline: (session, params, context) => prepareRun(session, files, parameterValues(params), context),

    async start(session, _params, baseline, { commandId, signal }) {
      const { runId } = Played.parse(baseline);
      signal.throwIfAborted();
      session.runs.set(commandId, runId);
      await act(session, runId, "play");
    },

    async watch(session, _params, baseline, context) {
      const { runId } = Played.parse(baseline);
      session.runs.set(context.commandId, runId);
      let last = "";
      let resumes = 0;
      for (;;) {
        const run = await runOf(session, runId);
        const ending = await endingOf(session, run, declared);
        if (ending !== null) {
          session.runs.delete(context.commandId);
          return ending;
        }
        if (run.status !== last)
          context.log.info({ commandId: context.commandId, status: run.status }, "the robot's run");
        last = run.status;
        if (run.status === "awaiting-recovery" && recovery !== "wait") {
          const wanted = recovery === "stop" || ++resumes > mostResumes ? "stop" : resumeBy[recovery];
          context.log.warn({ commandId: context.commandId, wanted }, "a step of the protocol went wrong");
          await actIfAllowed(session, runId, wanted);
        }
        await sleep(context.linkClock, session.pollMs, context.signal);
      }
    },

    async probe(session, _params, baseline): Promise<Finding> {
      const { runId } = Played.parse(baseline);
      let run: Run;
      try {
        run = await runOf(session, runId);
        if (run.status === "idle" && run.current && !wasPlayed(run)) {
          // Once it is not the current run nobody can play it any more, not even a request that is still on its way.
          await session.robot.patch(`/runs/${runId}`, { current: false }, Anything);
          run = await runOf(session, runId);
        }
      } catch (error) {
        if (!(error instanceof RobotRefusal)) throw error;
        // It began meanwhile, which the next look shows; a run that is gone tells nothing.
        if (error.status === 409) run = await runOf(session, runId);
        else return unknown({ runId, why: error.message });
      }
      const evidence: Evidence = {
        runId,
        status: run.status,
        actions: run.actions.map(({ actionType }) => actionType),
      };
      if (!wasPlayed(run) && !run.current) {
        return { outcome: "not-happened", decisive: true, isUnbegun: true, evidence };
      }
      if (run.ok === false || (!run.current && !isOver(run.status))) {
        return unknown({ ...evidence, why: "the robot's server went down during the run and does not know its end" });
      }
      const ending = await endingOf(session, run, declared);
      if (ending !== null) return { outcome: "happened", decisive: true, isWhole: true, evidence, ending };
      return { outcome: "running", decisive: true, evidence };
    },

    async stop(session, context) {
      const runId = runFor(session, context);
      await act(session, runId, "stop");
      for (;;) {
        const run = await runOf(session, runId);
        if (run.status === "succeeded")
          throw new LabError("opentrons.over", "the run was over before it could be stopped");
        const ending = await endingOf(session, run, declared);
        if (ending?.state === "failed") return ending;
        await sleep(context.linkClock, session.pollMs, context.signal);
      }
    },

    async pause(session, context) {
      await actIfAllowed(session, runFor(session, context), "pause");
    },

    async resume(session, context) {
      const runId = runFor(session, context);
      const { status } = await runOf(session, runId);
      if (status === "paused") await act(session, runId, "play");
    },
  };
}

/** Asks a robot to stop what it may be doing; a run that is over already refuses, which does no harm. */
export async function haltRuns(session: Session): Promise<void> {
  await Promise.all([...session.runs.values()].map((runId) => actIfAllowed(session, runId, "stop")));
}

const resumeBy = {
  resume: "resume-from-recovery",
  "assume-false-positive": "resume-from-recovery-assuming-false-positive",
} as const;

function act({ robot }: Session, runId: string, actionType: RunAction): Promise<unknown> {
  return robot.post(`/runs/${runId}/actions`, { actionType }, Anything);
}

/** For actions that may come too late: the run has gone on since it was looked at. */
async function actIfAllowed(session: Session, runId: string, actionType: RunAction): Promise<void> {
  try {
    await act(session, runId, actionType);
  } catch (error) {
    if (!(error instanceof RobotRefusal) || error.status !== 409) throw error;
  }
}

async function runOf({ robot }: Session, runId: string): Promise<Run> {
  return (await robot.get(`/runs/${runId}`, RunBody)).data;
}

function runFor({ runs }: Session, { commandId }: OperationContext): string {
  const runId = runs.get(commandId);
  if (runId === undefined) throw new LabError("opentrons.noRun", "no run of this command is being watched");
  return runId;
}

function wasPlayed({ actions }: Run): boolean {
  return actions.some(({ actionType }) => actionType === "play");
}

/** The end that a run has come to, or null while it has none. */
async function endingOf({ robot }: Session, run: Run, declared: DeclaredOperation): Promise<Ending | null> {
  if (run.ok === false) throw new LabError("opentrons.runLost", "the robot's server went down during the run");
  const evidence: Evidence = { runId: run.id, status: run.status };
  if (run.status === "succeeded") {
    try {
      const result = await readResults(robot, run.id, declared.result);
      return { state: "succeeded", result, executed: executedOf(run, declared.params), evidence };
    } catch (error) {
      if (!(error instanceof LabError) || error.code !== "opentrons.noValue") throw error;
      return failed("full", error.code, error.message, evidence);
    }
  }
  if (run.status === "failed") {
    const why = run.errors.map(({ errorType, detail }) => `${errorType}: ${detail}`).join("; ");
    return failed("partial", "opentrons.runFailed", `the run failed: ${why || "the robot does not say why"}`, evidence);
  }
  if (run.status !== "stopped") return null;
  if (!wasPlayed(run)) return failed("none", "opentrons.notPlayed", "the run was stopped before it began", evidence);
  return failed("partial", "opentrons.stopped", "the run was stopped before its end", evidence);
}

function failed(physical: "none" | "partial" | "full", code: string, message: string, evidence: Evidence) {
  return { state: "failed", physical, error: { code, message, class: "instrument" }, evidence } as const;
}

function unknown(evidence: Evidence): Finding {
  return { outcome: "unknown", decisive: false, evidence };
}

function parameterValues(params: Values): Record<string, number | boolean | string> {
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => {
      if (typeof value !== "object") return [name, value];
      if ("value" in value) return [name, value.value];
      throw new LabError("opentrons.series", `${name}: a run-time parameter is one value, not a series`);
    }),
  );
}

function announced(value: DeclaredOperation["result"][string]): ValueSpec {
  const { command: _command, path: _path, which: _which, comment: _comment, ...spec } = value;
  return ValueSpec.parse(spec);
}
