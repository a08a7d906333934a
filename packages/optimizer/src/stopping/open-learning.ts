import type { JointBelief } from "../model/member.ts";

/** What is believed of designs together while readings come in. */
export interface Learning {
  readonly means: Float64Array;
  readonly variances: Float64Array;
  /** Learns from one reading of a design. */
  readonly learn: (design: number, reading: number) => void;
}

/**
 * Returns a belief that learns and leaves the one given as it is, its variances so many times as great. Linear in designs for each reading:
 * of the covariance only the columns of what was read are brought up to date.
 */
export function openLearning({ means: before, covariance, noise }: JointBelief, scale = 1): Learning {
  const count = before.length;
  const means = before.slice();
  const variances = Float64Array.from(means, (_, i) => scale * (covariance[i * (count + 1)] as number));
  const learned: Float64Array[] = [];
  return {
    means,
    variances,
    learn(design, reading) {
      const total = (variances[design] as number) + noise;
      if (!(total > 0)) return;
      const column = covariance.slice(design * count, (design + 1) * count);
      if (scale !== 1) for (let i = 0; i < count; i++) column[i] = scale * (column[i] as number);
      for (const earlier of learned) {
        const own = earlier[design] as number;
        for (let i = 0; i < count; i++) column[i] = (column[i] as number) - own * (earlier[i] as number);
      }
      const root = 1 / Math.sqrt(total);
      const surprise = (reading - (means[design] as number)) * root;
      for (let i = 0; i < count; i++) {
        const own = (column[i] as number) * root;
        column[i] = own;
        means[i] = (means[i] as number) + own * surprise;
        variances[i] = Math.max(0, (variances[i] as number) - own * own);
      }
      learned.push(column);
    },
  };
}
