import type { Outcome } from "@labloop/contracts";

/** Returns the failure as a value, for whoever asked in this process. */
export function failure(code: string, message: string, hint?: string): Outcome<never> {
  return { ok: false, faults: [{ code, message, ...(hint === undefined ? {} : { hint }) }] };
}
