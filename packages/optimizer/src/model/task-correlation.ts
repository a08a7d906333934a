import type { KernelFamily } from "../kernel/kernel-types.ts";
import { exp } from "../special-functions/exp.ts";

/** Returns the correlation of two points so many lengthscales apart, the kernel's own formulas in one place. */
export function taskCorrelation(family: KernelFamily, distance: number): number {
  if (family === "rbf") return exp(-0.5 * distance * distance);
  const r = Math.sqrt(family === "matern-5/2" ? 5 : 3) * distance;
  return (family === "matern-5/2" ? 1 + r + (r * r) / 3 : 1 + r) * exp(-r);
}
