import type { RunView, StepView } from "@labloop/contracts";

/** A step of a run as its rail shows it: what was, what is, what will be, or what never came about. */
export interface RailStep {
  readonly key: string;
  readonly op: string;
  readonly role: string;
  readonly device: string | null;
  readonly tense: "past" | "now" | "next" | "never";
  /** Whether it is past without having succeeded. */
  readonly isFailed: boolean;
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
  const lastTried = run.plan.findLastIndex(({ key }) => run.steps.some((step) => step.key === key));
  // A run that fails leaves steps out on its way to having its part cleared away, so nothing is said of when.
  const isFailing = run.reason !== null;
  return run.plan.map(({ key, op, role, typicalMs }, index): RailStep => {
    const attempts = run.steps.filter((step) => step.key === key);
    const last = attempts.at(-1);
    const isOpen = last !== undefined && !over.includes(last.phase);
    const isEnded = run.endedAt !== null;
    const isLeft = isEnded || index < lastTried;
    const isPast = last !== undefined && (last.phase === "succeeded" || isEnded || (!isOpen && (isLeft || isFailing)));
    const tense = isPast ? "past" : isOpen ? "now" : isLeft ? "never" : "next";
    const expectedAt = tense === "next" && !isFailing ? nextAt : null;
    if (tense === "now") nextAt = Math.max(labAt, (last?.startedAt ?? labAt) + typicalMs);
    if (tense === "next") nextAt += typicalMs;
    return {
      key,
      op,
      role,
      device: last?.device ?? run.bindings[role] ?? null,
      tense,
      isFailed: tense === "past" && last?.phase !== "succeeded",
      isDoubted: attempts.some(({ phase }) => phase === "inDoubt"),
      attempts,
      typicalMs,
      expectedAt,
    };
  });
}
