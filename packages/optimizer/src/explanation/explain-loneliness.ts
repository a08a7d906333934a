import { amountOf } from "./amount-of.ts";
import type { Explanation } from "./explanation.ts";

/** How much of a belief leans on how lonely designs are, and what it takes loneliness to change. */
export interface LonelinessNumbers {
  /** 0 to 1. */
  readonly share: number;
  /** From the most crowded of the listed designs to the loneliest, in the unit of the objective. */
  readonly change: number;
}

// A share below this is as good as none.
const NEGLIGIBLE = 0.05;

/** Returns how far a model leans on how lonely a design is among those listed; null where it hardly does. `unit` is that of the objective. */
export function explainLoneliness(
  { share, change }: LonelinessNumbers,
  unit: string,
): Explanation<LonelinessNumbers> | null {
  if (share < NEGLIGIBLE) return null;
  const told = `from the most crowded to the loneliest it is expected to ${change < 0 ? "fall" : "rise"} by ${amountOf(Math.abs(change), unit)}`;
  const why = `${Math.round(100 * share)} % of the belief leans on how far a listed design lies from its nearest: ${told}`;
  return { numbers: { share, change }, why };
}
