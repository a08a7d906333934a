import type { LookAhead } from "@labloop/contracts";
import { amountAhead } from "../explanation/amount-ahead.ts";
import { readable } from "../readable.ts";
import type { StopVerdict } from "./verdict.ts";

/** Returns whether the probability that more experiments gain more than was asked about has fallen below `enough`; the value is that probability. */
export function littleToGain(look: LookAhead, enough: number): StopVerdict {
  const { experiments, gain, chance, shareOf } = look;
  const stop = chance < enough;
  const gained = shareOf === undefined ? "gain more than" : "widen the front by more than";
  const told = `the probability that ${experiments} more experiments ${gained} ${amountAhead(look, gain)} is about ${readable(100 * chance)} %`;
  return {
    rule: "little-to-gain",
    stop,
    value: chance,
    why: `${told}, ${stop ? "below" : "not below"} ${readable(100 * enough)} %`,
  };
}
