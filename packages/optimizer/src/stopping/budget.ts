import type { StopVerdict } from "./verdict.ts";

/** Returns whether as many experiments were started as were planned; the value is how many are left, not negative. */
export function budgetSpent(started: number, planned: number): StopVerdict {
  const value = Math.max(0, planned - started);
  const why = `${started} of ${planned} planned experiments were started`;
  return { rule: "budget", stop: value === 0, value, why };
}
