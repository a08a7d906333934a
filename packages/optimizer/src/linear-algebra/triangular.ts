/** Replaces the first `n` entries of `vector` by L⁻¹·vector; `factor` is lower triangular, row-major, row length `stride`. */
export function solveLower(factor: Float64Array, n: number, stride: number, vector: Float64Array): void {
  for (let row = 0; row < n; row++) {
    const start = row * stride;
    let sum = vector[row] as number;
    for (let k = 0; k < row; k++) sum -= (factor[start + k] as number) * (vector[k] as number);
    vector[row] = sum / (factor[start + row] as number);
  }
}

/** Replaces the first `n` entries of `vector` by L⁻ᵀ·vector; `factor` is lower triangular, row-major, row length `stride`. */
export function solveLowerTransposed(factor: Float64Array, n: number, stride: number, vector: Float64Array): void {
  for (let row = n - 1; row >= 0; row--) {
    const start = row * stride;
    const value = (vector[row] as number) / (factor[start + row] as number);
    vector[row] = value;
    for (let k = 0; k < row; k++) vector[k] = (vector[k] as number) - value * (factor[start + k] as number);
  }
}

/**
 * Writes Uᵀ = L⁻ᵀ into `transposed`, so that (L·Lᵀ)⁻¹ has entries Σₖ transposed[i, k]·transposed[j, k], k >= max(i, j).
 *
 * Both are row-major with row length `n`; `transposed` is upper triangular and its lower triangle is left as it was.
 */
export function invertLowerTransposed(factor: Float64Array, n: number, transposed: Float64Array): void {
  for (let column = 0; column < n; column++) {
    const out = column * n;
    transposed[out + column] = 1 / (factor[out + column] as number);
    for (let row = column + 1; row < n; row++) {
      const start = row * n;
      let sum = 0;
      for (let k = column; k < row; k++) sum += (factor[start + k] as number) * (transposed[out + k] as number);
      transposed[out + row] = -sum / (factor[start + row] as number);
    }
  }
}
