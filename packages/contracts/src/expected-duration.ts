import type { Duration } from "./capability.ts";
import type { Value } from "./quantity.ts";

/**
 * Returns how long an act with these parameters is expected to last, in whole ms of lab time, from 0 to `maxMs`:
 * `typicalMs` where the operation declares no formula, or the formula has no number for them.
 */
export function expectedMs(
  { typicalMs, maxMs, byParams }: Duration,
  params: Readonly<Record<string, Value | undefined>>,
): number {
  if (byParams === undefined) return Math.ceil(typicalMs);
  let total = byParams.baseMs;
  for (const { ms, of = [], per = [] } of byParams.terms) {
    let term = ms;
    for (const name of of) term *= numberOf(params[name]);
    for (const name of per) term /= numberOf(params[name]);
    total += term;
  }
  return Math.ceil(Number.isFinite(total) ? Math.min(Math.max(0, total), maxMs) : typicalMs);
}

function numberOf(value: Value | undefined): number {
  if (typeof value === "number") return value;
  return typeof value === "object" && "value" in value ? value.value : Number.NaN;
}
