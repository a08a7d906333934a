import type { AskView, StepAnswer } from "@labloop/contracts";
import { type Entered, readResult, type ResultFault } from "./read-result.ts";

/** How a step can have gone that a person was asked to do, in the order in which it is offered. */
export const outcomes = ["done", "differently", "notDone", "impossible"] as const;
type Outcome = (typeof outcomes)[number];

/** An answer as far as it has been filled in. */
export interface StepDraft {
  readonly outcome: Outcome;
  /** Results and parameters as entered, by name. */
  readonly entered: Entered;
  readonly executed: Entered;
  readonly name: string;
  readonly reason: string;
}

/** What is still missing or wrong. */
export interface StepFaults {
  readonly fields: readonly ("name" | "reason")[];
  readonly result: readonly ResultFault[];
  readonly executed: readonly ResultFault[];
}

/** Returns what a filled-in form says of the step, or everything that is still missing or wrong in it. */
export function stepAnswerOf(
  draft: StepDraft,
  { result: specs, paramSpecs }: Pick<AskView, "result" | "paramSpecs">,
): { readonly ok: true; readonly answer: StepAnswer } | { readonly ok: false; readonly faults: StepFaults } {
  const { outcome, entered, executed } = draft;
  const reason = draft.reason.trim();
  const isDone = outcome === "done" || outcome === "differently";
  const result = isDone ? readResult(specs, entered) : null;
  const instead = outcome === "differently" ? readResult(paramSpecs, executed) : null;
  const faults: StepFaults = {
    fields: [
      ...(draft.name.trim() === "" ? (["name"] as const) : []),
      ...(!isDone && reason === "" ? (["reason"] as const) : []),
    ],
    result: result === null || result.ok ? [] : result.faults,
    executed: instead === null || instead.ok ? [] : instead.faults,
  };
  if (faults.fields.length + faults.result.length + faults.executed.length > 0) return { ok: false, faults };
  if (!isDone) return { ok: true, answer: { as: outcome === "notDone" ? "not-done" : "impossible", reason } };
  const values = result?.ok === true ? result.values : {};
  const other = instead?.ok === true ? { executed: instead.values } : {};
  return { ok: true, answer: { as: "done", result: values, ...other } };
}
