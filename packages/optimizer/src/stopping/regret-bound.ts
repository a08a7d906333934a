import type { LookAhead } from "@labloop/contracts";
import { readable } from "../readable.ts";
import type { StopVerdict } from "./verdict.ts";

/** Returns whether what can still be lost by stopping is small enough, in the objective's unit; the value is the bound. */
export function regretBound({ regret, confidence }: LookAhead, tolerance: number): StopVerdict {
  const stop = regret <= tolerance;
  const loss = `stopping now loses at most ${readable(regret)}, with ${readable(100 * confidence)} % confidence`;
  return {
    rule: "regret-bound",
    stop,
    value: regret,
    why: `${loss}, ${stop ? "within" : "more than"} the ${readable(tolerance)} allowed`,
  };
}
