import { exp } from "./exp.ts";
import { log } from "./log.ts";

/** Returns ln Σ exp(xᵢ) without overflow or underflow; -Infinity for no terms or terms that are all -Infinity. */
export function logSumExp(terms: ArrayLike<number>): number {
  let most = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < terms.length; i++) most = Math.max(most, terms[i] as number);
  if (most === Number.NEGATIVE_INFINITY) return most;
  let sum = 0;
  for (let i = 0; i < terms.length; i++) sum += exp((terms[i] as number) - most);
  return most + log(sum);
}
