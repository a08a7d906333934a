import type { AskView, LabEventOf, RecordedEvent } from "@labloop/contracts";
import type { Tables } from "./tables.ts";

/** Projects what waits for people's hands, as against their judgement, which doubts do. */
export function projectAsks(tables: Tables, { seq, labAt, event }: RecordedEvent): void {
  const { asks } = tables;
  switch (event.type) {
    case "step.intended": {
      const isTheirs = tables.doubts.caps.get(event.device)?.operations[event.op]?.asks !== undefined;
      if (isTheirs) asks.intents.set(event.commandId, event);
      return;
    }
    case "step.started": {
      const intent = asks.intents.get(event.commandId);
      const row = intent === undefined ? null : rowOf(tables, intent, labAt);
      if (row === null || asks.rows.has(event.commandId)) return;
      asks.rows.set(event.commandId, row);
      asks.changedAt = seq;
      return;
    }
    case "step.answered":
    case "step.succeeded":
    case "step.failed":
    case "step.notExecuted":
    case "step.doubted":
    case "step.resolved":
      asks.intents.delete(event.commandId);
      if (asks.rows.delete(event.commandId)) asks.changedAt = seq;
      return;
    default:
  }
}

function rowOf(tables: Tables, intent: LabEventOf<"step.intended">, since: number): AskView | null {
  const { commandId, runId, stepKey: step, device, op, params } = intent;
  const caps = tables.doubts.caps.get(device)?.operations[op];
  if (caps?.asks === undefined) return null;
  const run = tables.runs.get(runId)?.number ?? 0;
  const sampleId = tables.doubts.plans.get(runId)?.sampleId ?? "";
  const { title, asks, params: paramSpecs, result } = caps;
  return { commandId, runId, run, sampleId, step, device, op, title, asks, params, paramSpecs, result, since };
}
