import type { LookAhead } from "@labloop/contracts";
import { readable } from "../readable.ts";
import type { Explanation } from "./explanation.ts";

/** Returns in words whether it is worth going on; `unit` is the objective's, "1" for none. */
export function explainAhead(numbers: LookAhead, unit: string): Explanation<LookAhead> {
  const { experiments, gain, confidence, chance, regret } = numbers;
  const amount = (value: number) => (unit === "1" ? readable(value) : `${readable(value)} ${unit}`);
  const better = gain === 0 ? "a better one" : `one better by more than ${amount(gain)}`;
  const going = `${experiments} more experiments: ${better} with a probability of about ${Math.round(100 * chance)} %`;
  const why = `${going}; stopping now loses at most ${amount(regret)}, with ${readable(100 * confidence)} % confidence`;
  return { numbers, why };
}
