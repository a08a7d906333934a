/** What the networks of an ensemble together say of places. */
export interface EnsembleBelief {
  /** Mean of the networks' means. */
  readonly means: Float64Array;
  /** Mean of the networks' variances: what one reading scatters. */
  readonly scatters: Float64Array;
  /** Per place, one number a network: its mean less the mean of all, such that their squares sum to the variance between networks. */
  readonly differences: Float64Array;
}

/** Returns the belief of networks that were run on the same places; the variance between them is the unbiased one. */
export function pooledBelief(
  runs: readonly { readonly means: Float64Array; readonly variances: Float64Array }[],
): EnsembleBelief {
  const count = runs[0]?.means.length ?? 0;
  const size = runs.length;
  const means = new Float64Array(count);
  const scatters = new Float64Array(count);
  const differences = new Float64Array(count * size);
  const unit = 1 / Math.sqrt(Math.max(1, size - 1));
  for (let place = 0; place < count; place++) {
    let mean = 0;
    let scatter = 0;
    for (const run of runs) {
      mean += run.means[place] as number;
      scatter += run.variances[place] as number;
    }
    mean /= size;
    means[place] = mean;
    scatters[place] = scatter / size;
    runs.forEach((run, j) => {
      differences[place * size + j] = unit * ((run.means[place] as number) - mean);
    });
  }
  return { means, scatters, differences };
}
