import type { KernelFamily } from "../kernel/kernel-types.ts";
import { exp } from "../special-functions/exp.ts";
import { log } from "../special-functions/log.ts";
import type { PooledReadings } from "./pool-replicates.ts";

/** Returns ln of a variance at ln(lengthscales), 0 to 3.05, and writes its slopes, one a lengthscale, where they are wanted. */
export type WidestVariance = (logLengths: Float64Array, slopes: Float64Array | null) => number;

// Of the variance: a surface much longer than all that was measured is a slope or a bow there, and that has some size.
const LEAST_APART = 0.05;
const ROOT5 = Math.sqrt(5);

/**
 * Returns the variance before any reading of a surface that is expected to vary by 1 among the designs measured, by its lengthscales: the variance of
 * readings in standard units. Below it a surface would be flatter than its readings; above it a short one would be free to follow every one of them.
 *
 * Designs are as far apart as their mean square distance in each lengthscale says, D² = Σ m ÷ ℓ². Of variance v and correlation ρ(D) between them
 * values vary by v·(1 - ρ(D)) among themselves; (1 + ε) ÷ (1 - ρ(D) + ε) is 1 of short lengthscales and at most 21 of long ones.
 */
export function widestSurface(
  { count, inputs }: Pick<PooledReadings, "count" | "inputs">,
  groups: Int32Array,
  family: KernelFamily,
): WidestVariance {
  const apart = meanSquares(inputs, count, groups);
  return (logLengths, slopes) => {
    const squares = apart.map((mean, group) => mean * exp(-2 * (logLengths[group] as number)));
    const square = squares.reduce((sum, own) => sum + own, 0);
    const reach = ROOT5 * Math.sqrt(square);
    const decay = family === "rbf" ? exp(-0.5 * square) : exp(-reach);
    const correlation = family === "rbf" ? decay : (1 + reach + (5 / 3) * square) * decay;
    const fall = family === "rbf" ? 0.5 * decay : (5 / 6) * (1 + reach) * decay;
    const varied = 1 - correlation + LEAST_APART;
    // A longer lengthscale brings designs together: d D² ÷ d ln ℓ = -2 m ÷ ℓ².
    if (slopes !== null) squares.forEach((own, group) => (slopes[group] = (2 * fall * own) / varied));
    return log((1 + LEAST_APART) / varied);
  };
}

/** Mean square of the difference of two designs in the inputs of each lengthscale. */
function meanSquares(inputs: Float64Array, count: number, groups: Int32Array): Float64Array {
  const width = groups.length;
  const means = new Float64Array(groups.reduce((most, group) => Math.max(most, group + 1), 0));
  groups.forEach((group, input) => {
    const own = Float64Array.from({ length: count }, (_, row) => inputs[row * width + input] as number);
    const middle = own.reduce((sum, value) => sum + value, 0) / count;
    const square = own.reduce((sum, value) => sum + (value - middle) * (value - middle), 0);
    means[group] = (means[group] as number) + (2 * square) / Math.max(1, count - 1);
  });
  return means;
}
