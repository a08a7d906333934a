import type { LabEvent, Values } from "@labloop/contracts";
import { judgeAct, judgeTotals } from "@labloop/protocol";
import type { Recipe } from "../recipe.ts";
import type { EngineState } from "../state.ts";
import type { Surroundings } from "./lab-view.ts";
import { quarantine } from "./quarantine.ts";

/** What is about to be intended. */
export interface Intent {
  readonly runId: string;
  readonly stepKey: string;
  readonly device: string;
  readonly op: string;
  readonly params: Values;
}

/**
 * Returns why an intent is not to be recorded, or null when the safety envelope allows it (E11, I8). Whatever proposed it,
 * an act beyond a limit fails its run; a total that is used up holds the run until there is room again.
 */
export function judgeIntent(
  state: EngineState,
  recipe: Recipe,
  intent: Intent,
  { labAt, actsBefore }: Surroundings,
): readonly LabEvent[] | null {
  const { envelope } = recipe.checked.safety;
  const { runId, stepKey, device, op } = intent;
  const limits = judgeAct(envelope, intent);
  const totals = judgeTotals(envelope, intent, [...actsBefore, ...state.acts], labAt);
  const broken = [...limits, ...totals];
  if (broken.length === 0) return null;
  const message = `${op} on ${device}: ${broken.map((violation) => violation.message).join("; ")}`;
  const violated = { type: "envelope.violated", device, op, at: "intent", runId, stepKey, message } as const;
  const waits = totals.flatMap(({ until }) => until ?? []);
  const isHopeless = limits.length > 0 || waits.length < totals.length;
  if (!isHopeless) return [{ ...violated, until: Math.max(...waits) }];
  const run = state.runs.get(runId);
  const failing: LabEvent = { type: "run.failing", runId, stepKey, code: "envelope.violated", message };
  const failed = run?.failing === null ? [violated, failing] : [violated];
  const step = run?.plan.steps.find(({ key }) => key === stepKey);
  const place = run?.partRole == null ? undefined : run.bindings[run.partRole];
  const isCarrying = step !== undefined && step.partFrom !== null && step.partFrom !== step.partTo;
  if (run === undefined || place === undefined || !isCarrying) return failed;
  // What may not be carried on stays where it is, and a person is to see to it.
  const what = `the part of run ${run.order + 1} was left on it, since the safety envelope forbids to carry it on`;
  const left = { type: "sample.suspected", runId, sampleId: run.sampleId, reason: message, isPartLeft: true } as const;
  return [...failed, left, ...quarantine(state, place, "device.partLeft", what).events];
}
