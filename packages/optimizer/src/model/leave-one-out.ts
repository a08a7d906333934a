import { log } from "../special-functions/log.ts";

/** The row that lies farthest from what the others foretell. */
export interface Farthest {
  readonly row: number;
  /** What they foretell. */
  readonly foretold: number;
  /** Its squared distance from that in standard deviations of the prediction. */
  readonly square: number;
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
  /** Null without rows. */
  readonly farthest: Farthest | null;
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
  if (count === 0) return { density: 0, skill: 0, spread: 0, covered: 0, farthest: null };
  const middle = values.reduce((sum, value) => sum + value, 0) / count;
  let density = 0;
  let missed = 0;
  let varied = 0;
  let spread = 0;
  let covered = 0;
  let farthest: Farthest | null = null;
  for (let i = 0; i < count; i++) {
    const variance = 1 / (precision[i] as number);
    const error = (alpha[i] as number) * variance;
    density -= 0.5 * (log(2 * Math.PI * variance) + (error * error) / variance);
    missed += error * error;
    spread += (error * error) / variance;
    const square = (error * error) / variance;
    if (farthest === null || square > farthest.square) {
      farthest = { row: i, foretold: (values[i] as number) - error, square };
    }
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
    farthest,
  };
}
