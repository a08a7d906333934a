import type { Fault, Outcome } from "@labloop/contracts";
import { faultOf } from "../outcome.ts";

/** Returns the outcome of one fault at an offset of an expression: `column` counts from 1 in the expression's text. */
export function refuseAt<T>(at: number, code: string, message: string, hint?: string): Outcome<T> {
  return { ok: false, faults: [{ ...faultOf(code, message, hint), column: at + 1 }] };
}

/** Returns an outcome whose faults have a place: those without a column get this one. */
export function placeAt<T>(outcome: Outcome<T>, at: number): Outcome<T> {
  if (outcome.ok) return outcome;
  return { ok: false, faults: outcome.faults.map((fault): Fault => ({ column: at + 1, ...fault })) };
}

/** Returns every value, or the faults of all that have none. */
export function collect<T>(outcomes: readonly Outcome<T>[]): Outcome<T[]> {
  const faults = outcomes.flatMap((outcome) => (outcome.ok ? [] : outcome.faults));
  if (faults.length > 0) return { ok: false, faults };
  return { ok: true, value: outcomes.flatMap((outcome) => (outcome.ok ? [outcome.value] : [])) };
}
