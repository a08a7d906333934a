import { compareVectors } from "../search-space/design-vectors.ts";

/** Repeated readings of equal inputs, reduced to what a Gaussian likelihood needs of them. */
export interface PooledReadings {
  /** Number of distinct inputs, m. */
  readonly count: number;
  readonly dimensions: number;
  /** Number of readings before pooling. */
  readonly readings: number;
  /** Row-major `m × dimensions`, in lexicographic order. */
  readonly inputs: Float64Array;
  /** Mean reading per input. */
  readonly means: Float64Array;
  /** Readings per input, at least 1. */
  readonly replicates: Float64Array;
  /** Sum over all readings of the squared deviation from the mean of their input. */
  readonly scatter: number;
}

/**
 * Returns the readings grouped by equal inputs; the order in which they are given does not change a bit of the answer.
 *
 * `inputs` holds one design vector per reading, all of length `dimensions`; `values` the reading of each.
 */
export function poolReplicates(
  inputs: readonly Float64Array[],
  values: readonly number[],
  dimensions: number,
): PooledReadings {
  const vectorOf = (index: number) => inputs[index] as Float64Array;
  const valueOf = (index: number) => values[index] as number;
  const order = inputs.map((_, index) => index);
  order.sort((a, b) => compareVectors(vectorOf(a), vectorOf(b)) || valueOf(a) - valueOf(b));

  const groups: number[][] = [];
  for (const index of order) {
    const [known] = groups.at(-1) ?? [];
    const same = known !== undefined && compareVectors(vectorOf(known), vectorOf(index)) === 0;
    if (same) groups.at(-1)?.push(index);
    else groups.push([index]);
  }

  const count = groups.length;
  const pooled = new Float64Array(count * dimensions);
  const means = new Float64Array(count);
  const replicates = new Float64Array(count);
  let scatter = 0;
  groups.forEach((group, row) => {
    pooled.set(vectorOf(group[0] as number), row * dimensions);
    const mean = group.reduce((sum, index) => sum + valueOf(index), 0) / group.length;
    for (const index of group) scatter += (valueOf(index) - mean) * (valueOf(index) - mean);
    means[row] = mean;
    replicates[row] = group.length;
  });
  return { count, dimensions, readings: values.length, inputs: pooled, means, replicates, scatter };
}
