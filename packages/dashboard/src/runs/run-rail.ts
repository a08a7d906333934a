import type { RunView, StepView } from "@labloop/contracts";

/** A step of a run as its rail shows it: what was, what is, what will be, or what never came about. */
export interface RailStep {
  readonly key: string;
  readonly op: string;
  readonly role: string;
  readonly device: string | null;
  readonly tense: "past" | "now" | "next" | "never";
  readonly isDoubted: boolean;
  readonly attempts: readonly StepView[];
  readonly typicalMs: number;
  /** The earliest that a step to come may start if all goes as usual, in lab time; null for others. */
  readonly expectedAt: number | null;
}

const over: readonly StepView["phase"][] = ["succeeded", "failed", "notExecuted"];

/** Returns a run's plan as a rail, as of a lab time. */
export function railOf(run: RunView, labAt: number): RailStep[] {
  let nextAt = labAt;
  return run.plan.map(({ key, op, role, typicalMs }): RailStep => {
    const attempts = run.steps.filter((step) => step.key === key);
    const last = attempts.at(-1);
    const isOpen = last !== undefined && !over.includes(last.phase);
    const isEnded = run.endedAt !== null;
    const isPast = last?.phase === "succeeded" || (last !== undefined && isEnded);
    const tense = isPast ? "past" : isEnded ? "never" : isOpen ? "now" : "next";
    const expectedAt = tense === "next" ? nextAt : null;
    if (tense === "now") nextAt = Math.max(labAt, (last?.startedAt ?? labAt) + typicalMs);
    if (tense === "next") nextAt += typicalMs;
    return {
      key,
      op,
      role,
      device: last?.device ?? run.bindings[role] ?? null,
      tense,
      isDoubted: attempts.some(({ phase }) => phase === "inDoubt"),
      attempts,
      typicalMs,
      expectedAt,
    };
  });
}
