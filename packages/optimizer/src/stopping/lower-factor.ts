// Of the largest diagonal entry: what rounding leaves of a covariance that is singular in theory is smaller.
const JITTERS = [0, 1e-12, 1e-9, 1e-6, 1e-3];

/**
 * Returns a lower triangular L, row-major, with L·Lᵀ the covariance of `count` values, or as near to it as makes it positive definite: each pivot
 * is raised by the least of a few shares of the largest variance with which all are positive.
 */
export function lowerFactor(covariance: Float64Array, count: number): Float64Array {
  let most = 0;
  for (let i = 0; i < count; i++) most = Math.max(most, covariance[i * (count + 1)] as number);
  for (const jitter of JITTERS) {
    const factor = factorised(covariance, count, jitter * most);
    if (factor !== null) return factor;
  }
  // Nothing is known of how they go together: each for itself.
  return covariance.map((entry, at) => (at % (count + 1) === 0 ? Math.sqrt(Math.max(0, entry)) : 0));
}

function factorised(covariance: Float64Array, count: number, jitter: number): Float64Array | null {
  const factor = new Float64Array(count * count);
  for (let i = 0; i < count; i++) {
    const row = i * count;
    for (let j = 0; j <= i; j++) {
      const other = j * count;
      let rest = (covariance[row + j] as number) + (i === j ? jitter : 0);
      for (let k = 0; k < j; k++) rest -= (factor[row + k] as number) * (factor[other + k] as number);
      if (i === j) {
        if (!(rest > 0)) return null;
        factor[row + i] = Math.sqrt(rest);
      } else factor[row + j] = rest / (factor[other + j] as number);
    }
  }
  return factor;
}
