import { compareVectors } from "./compare-vectors.ts";

/** Repeated readings of equal inputs, reduced to what a Gaussian likelihood needs of them. */
export interface PooledReadings {
  /** Number of distinct inputs, m. */
  readonly count: number;
  readonly dimensions: number;
  /** Number of readings before pooling; a design whose noise is known counts once. */
  readonly readings: number;
  /** Row-major `m × dimensions`, in lexicographic order. */
  readonly inputs: Float64Array;
  /** Mean reading per input. */
  readonly means: Float64Array;
  /** Readings per input, at least 1; 1 where the noise is known. */
  readonly counts: Float64Array;
  /** How many readings of usual noise those of an input are worth, > 0: as many as there are until they are weighed. */
  readonly replicates: Float64Array;
  /** Per input the sum of the squared deviations of its readings from their mean; 0 where the noise is known. */
  readonly scatters: Float64Array;
  /** Variance of the noise in each mean where it is known, else 0. */
  readonly knownVariances: Float64Array;
  /** Sum over all readings of unknown noise of the squared deviation from the mean of their input. */
  readonly scatter: number;
}

/**
 * Returns the readings grouped by equal inputs; the order in which they are given does not change a bit of the answer.
 *
 * `inputs` holds one design vector per reading, all of length `dimensions`; `values` the reading of each; `variances` that of its noise
 * where it is known, else 0. Where the noise of every reading of an input is known, their mean is weighted by it and they count as
 * one reading; where it is known of some only, it is not used.
 */
export function poolReplicates(
  inputs: readonly Float64Array[],
  values: readonly number[],
  dimensions: number,
  variances?: readonly number[],
): PooledReadings {
  const vectorOf = (index: number) => inputs[index] as Float64Array;
  const valueOf = (index: number) => values[index] as number;
  const order = inputs.map((_, index) => index);
  const varianceOf = (index: number) => variances?.[index] ?? 0;
  order.sort(
    (a, b) => compareVectors(vectorOf(a), vectorOf(b)) || valueOf(a) - valueOf(b) || varianceOf(a) - varianceOf(b),
  );

  const groups: number[][] = [];
  let last: number[] = [];
  for (const index of order) {
    if (last.length > 0 && compareVectors(vectorOf(last[0] as number), vectorOf(index)) === 0) last.push(index);
    else groups.push((last = [index]));
  }

  const count = groups.length;
  const pooled = new Float64Array(count * dimensions);
  const means = new Float64Array(count);
  const replicates = new Float64Array(count);
  const knownVariances = new Float64Array(count);
  const scatters = new Float64Array(count);
  groups.forEach((group, row) => {
    pooled.set(vectorOf(group[0] as number), row * dimensions);
    if (group.every((index) => varianceOf(index) > 0)) {
      const precision = group.reduce((sum, index) => sum + 1 / varianceOf(index), 0);
      means[row] = group.reduce((sum, index) => sum + valueOf(index) / varianceOf(index), 0) / precision;
      knownVariances[row] = 1 / precision;
      replicates[row] = 1;
      return;
    }
    const mean = group.reduce((sum, index) => sum + valueOf(index), 0) / group.length;
    scatters[row] = group.reduce((sum, index) => sum + (valueOf(index) - mean) * (valueOf(index) - mean), 0);
    means[row] = mean;
    replicates[row] = group.length;
  });
  const readings = replicates.reduce((sum, own) => sum + own, 0);
  const scatter = scatters.reduce((sum, own) => sum + own, 0);
  const counts = replicates.slice();
  return { count, dimensions, readings, inputs: pooled, means, counts, replicates, scatters, knownVariances, scatter };
}
