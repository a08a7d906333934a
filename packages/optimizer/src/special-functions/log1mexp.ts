import { exp, expm1 } from "./exp.ts";
import { log, log1p } from "./log.ts";

/**
 * Returns ln(1 - eʷ) for w <= 0 without loss near either end; -Infinity at 0
 * (M. Mächler, "Accurately computing log(1 - exp(-|a|))", 2012).
 */
export function log1mexp(w: number): number {
  return w > -Math.LN2 ? log(-expm1(w)) : log1p(-exp(w));
}
