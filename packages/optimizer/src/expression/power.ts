import { exp } from "../special-functions/exp.ts";
import { log } from "../special-functions/log.ts";

/**
 * Returns base^exponent with the same bits on every machine, which `Math.pow` does not promise: by multiplication for whole
 * exponents up to 1,024, else as exp(exponent × ln base), which is NaN for a negative base.
 */
export function power(base: number, exponent: number): number {
  if (exponent === 0.5) return Math.sqrt(base);
  if (!Number.isInteger(exponent) || Math.abs(exponent) > 1024) return exp(exponent * log(base));
  let result = 1;
  let square = base;
  for (let rest = Math.abs(exponent); rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result *= square;
    square *= square;
  }
  return exponent < 0 ? 1 / result : result;
}
