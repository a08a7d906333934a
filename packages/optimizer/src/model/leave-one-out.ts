import { log } from "../special-functions/log.ts";

/** How far each row lies from what the others foretell, and the variance of what they foretell of it. */
export interface LeftOutRows {
  readonly errors: Float64Array;
  readonly variances: Float64Array;
}

/** How well each row is predicted by all the others, hyperparameters held. */
export interface LeftOut {
  /** Mean log density of a left-out value, in nats. */
  readonly density: number;
  /** The share of the variance between rows that the others predict, at most 1; 0 of fewer than two. */
  readonly skill: number;
  /** Mean square of a value's distance from its prediction in standard deviations; 1 is calibrated. */
  readonly spread: number;
  /** The share of the values within the central 90 % of their predictions. */
  readonly covered: number;
  readonly rows: LeftOutRows;
}

const Z95 = 1.6448536269514722;

/**
 * Returns the leave-one-out figures of the values of some rows of a Gaussian process, given their entries of α = K⁻¹(y - mean) and of
 * the diagonal of K⁻¹; all 0 without rows.
 *
 * R. Sundararajan and S. S. Keerthi, Neural Computation 13 (2001) 1103–1118: mean y - α/K⁻¹ᵢᵢ and variance 1/K⁻¹ᵢᵢ.
 */
export function leaveOneOut(values: Float64Array, alpha: Float64Array, precision: Float64Array): LeftOut {
  const count = values.length;
  const rows = { errors: new Float64Array(count), variances: new Float64Array(count) };
  if (count === 0) return { density: 0, skill: 0, spread: 0, covered: 0, rows };
  const middle = values.reduce((sum, value) => sum + value, 0) / count;
  let density = 0;
  let missed = 0;
  let varied = 0;
  let spread = 0;
  let covered = 0;
  for (let i = 0; i < count; i++) {
    const variance = 1 / (precision[i] as number);
    const error = (alpha[i] as number) * variance;
    density -= 0.5 * (log(2 * Math.PI * variance) + (error * error) / variance);
    missed += error * error;
    spread += (error * error) / variance;
    rows.errors[i] = error;
    rows.variances[i] = variance;
    if (error * error <= Z95 * Z95 * variance) covered++;
    // The mean of the others is what one would say without a model.
    const plain = (((values[i] as number) - middle) * count) / Math.max(1, count - 1);
    varied += plain * plain;
  }
  return {
    density: density / count,
    skill: varied > 0 ? 1 - missed / varied : 0,
    spread: spread / count,
    covered: covered / count,
    rows,
  };
}
