import type { LookAhead } from "@labloop/contracts";
import { readable } from "../readable.ts";
import { amountOf } from "./amount-of.ts";

/** Returns a gain or a regret of a look ahead in words; `unit` is the objective's, "1" for none and for a front. */
export function amountAhead({ shareOf }: Pick<LookAhead, "shareOf">, value: number, unit = "1"): string {
  if (shareOf !== undefined) return `${readable(100 * value)} % of the present ${shareOf}`;
  return amountOf(value, unit);
}
