import type { LookAhead } from "@labloop/contracts";
import { readable } from "../readable.ts";
import type { StopVerdict } from "./verdict.ts";

/** Returns whether the probability that more experiments gain more than was asked about has fallen below `enough`; the value is that probability. */
export function littleToGain({ experiments, gain, chance }: LookAhead, enough: number): StopVerdict {
  const stop = chance < enough;
  const told = `the probability that ${experiments} more experiments gain more than ${readable(gain)} is about ${readable(100 * chance)} %`;
  return {
    rule: "little-to-gain",
    stop,
    value: chance,
    why: `${told}, ${stop ? "below" : "not below"} ${readable(100 * enough)} %`,
  };
}
