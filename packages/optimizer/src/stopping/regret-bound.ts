import type { LookAhead } from "@labloop/contracts";
import { amountAhead } from "../explanation/amount-ahead.ts";
import { readable } from "../readable.ts";
import type { StopVerdict } from "./verdict.ts";

/** Returns whether what can still be lost by stopping is small enough, in the objective's unit or as a share of the front's hypervolume; the value is the bound. */
export function regretBound(look: LookAhead, tolerance: number): StopVerdict {
  const { regret, confidence } = look;
  const stop = regret <= tolerance;
  const loss = `stopping now loses at most ${amountAhead(look, regret)}, with ${readable(100 * confidence)} % confidence`;
  return {
    rule: "regret-bound",
    stop,
    value: regret,
    why: `${loss}, ${stop ? "within" : "more than"} the ${amountAhead(look, tolerance)} allowed`,
  };
}
