import type { Belief, JointBelief } from "./member.ts";
import { noiseOf } from "./noise-of.ts";
import type { PooledReadings } from "./pool-replicates.ts";

/** What there is beside the smooth surface. */
interface Roughness {
  readonly readings: PooledReadings;
  /** What is believed of each measured design. */
  readonly measured: Belief;
  /** Rows of the readings: the first designs of the surface. */
  readonly rows: readonly number[];
  /** Variance of a design's own deviation from the surface, and of one reading's noise. */
  readonly own: number;
  readonly noise: number;
  /** Of each design not measured, the share of its own deviation that is unknown. */
  readonly news: Float64Array;
}

/**
 * Returns what is believed together of designs, given the joint belief about the smooth surface at them, whose arrays it uses up.
 *
 * With y = f + g + e at a measured design, g its own deviation of variance o and e noise of variance q, Cov(f, f' | y) there is
 * (o + q)·K⁻¹k', and the design's value f + g = y - e has q·K⁻¹k' with any other: the surface's covariance times q/(o + q).
 */
export function jointBelief(
  { means, covariance }: { readonly means: Float64Array; readonly covariance: Float64Array },
  { readings, measured, rows, own, noise, news }: Roughness,
): JointBelief {
  const count = means.length;
  rows.forEach((row, i) => {
    const q = noiseOf(readings, row, noise);
    // Without roughness a reading is the surface itself.
    const share = own + q > 0 ? q / (own + q) : 1;
    for (let j = 0; j < count; j++) {
      if (j === i) continue;
      covariance[i * count + j] = (covariance[i * count + j] as number) * share;
      covariance[j * count + i] = (covariance[j * count + i] as number) * share;
    }
    means[i] = measured.means[row] as number;
    covariance[i * count + i] = measured.variances[row] as number;
  });
  news.forEach((share, i) => {
    const at = (rows.length + i) * (count + 1);
    covariance[at] = (covariance[at] as number) + own * share;
  });
  return { means, covariance, noise: readingNoise(readings, noise) };
}

/** Where every reading says how uncertain it is, the next will be as the last were. */
function readingNoise({ knownVariances, count }: PooledReadings, noise: number): number {
  return knownVariances.every((variance) => variance > 0)
    ? knownVariances.reduce((sum, variance) => sum + variance, 0) / count
    : noise;
}
