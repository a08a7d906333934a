import type { Fault, Outcome } from "@labloop/contracts";

/** Returns the outcome that holds a value. */
export function succeed<T>(value: T): Outcome<T> {
  return { ok: true, value };
}

/** Returns the outcome of one fault. */
export function refuse<T>(code: string, message: string, hint?: string): Outcome<T> {
  return { ok: false, faults: [faultOf(code, message, hint)] };
}

/** Returns a fault; without a hint the key is absent. */
export function faultOf(code: string, message: string, hint?: string): Fault {
  return hint === undefined ? { code, message } : { code, message, hint };
}
