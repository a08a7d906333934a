import { expm1 } from "./exp.ts";

/** Returns the hyperbolic tangent to a few units in the last place, with the same bits on every machine. */
export function tanh(x: number): number {
  const size = Math.abs(x);
  // From here on it rounds to 1.
  if (size > 20) return Math.sign(x);
  const grown = expm1(2 * size);
  const value = grown / (grown + 2);
  return x < 0 ? -value : value;
}
