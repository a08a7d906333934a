import type { LabEventOf } from "@labloop/contracts";
import { begin, runMachine } from "@labloop/machines";
import type { RunRecord } from "../state.ts";

/** Returns a run as it is queued, whatever it is for. */
export function newRun(
  event: Pick<LabEventOf<"run.queued">, "runId" | "sampleId" | "parameters" | "plan" | "planDigest">,
  order: number,
): Omit<RunRecord, "purpose" | "proposalId"> {
  const { runId, sampleId, parameters, plan, planDigest } = event;
  return {
    runId,
    sampleId,
    order,
    parameters,
    plan,
    planDigest,
    chart: begin(runMachine, { runId }).state,
    bindings: {},
    partRole: null,
    steps: {},
    failing: null,
    suspect: null,
    isObserved: false,
    refused: null,
  };
}
