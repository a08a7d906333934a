import type { LookAhead } from "@labloop/contracts";
import { readable } from "../readable.ts";
import { amountAhead } from "./amount-ahead.ts";
import type { Explanation } from "./explanation.ts";

/** Returns in words whether it is worth going on; `unit` is the objective's, "1" for none and for a front. */
export function explainAhead(numbers: LookAhead, unit: string): Explanation<LookAhead> {
  const { experiments, gain, confidence, chance, regret, shareOf } = numbers;
  const amount = (value: number) => amountAhead(numbers, value, unit);
  const gained = shareOf === undefined ? "one better" : "a front wider";
  const better = shareOf === undefined ? "a better one" : "a wider front";
  const what = gain === 0 ? better : `${gained} by more than ${amount(gain)}`;
  const going = `${experiments} more experiments: ${what} with a probability of about ${Math.round(100 * chance)} %`;
  const why = `${going}; stopping now loses at most ${amount(regret)}, with ${readable(100 * confidence)} % confidence`;
  return { numbers, why };
}
