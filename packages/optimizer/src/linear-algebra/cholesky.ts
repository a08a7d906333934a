/**
 * Replaces the lower triangle of a symmetric matrix by its Cholesky factor L, with matrix = L·Lᵀ.
 *
 * `matrix` is row-major with row length `stride`; only the leading `n × n` lower triangle is read and written.
 * Returns false, leaving the triangle half written, when a pivot is not positive and finite.
 */
export function factorise(matrix: Float64Array, n: number, stride: number): boolean {
  for (let row = 0; row < n; row++) {
    if (!factoriseRow(matrix, row, stride)) return false;
  }
  return true;
}

/**
 * Turns row `row` of a symmetric matrix into row `row` of its Cholesky factor, the rows above being factor already.
 *
 * Appending a row to a factor this way costs O(n²) and gives the same bits as factorising afresh.
 * Returns false when the new pivot is not positive and finite.
 */
export function factoriseRow(matrix: Float64Array, row: number, stride: number): boolean {
  const start = row * stride;
  for (let column = 0; column < row; column++) {
    const other = column * stride;
    let sum = matrix[start + column] as number;
    for (let k = 0; k < column; k++) sum -= (matrix[start + k] as number) * (matrix[other + k] as number);
    matrix[start + column] = sum / (matrix[other + column] as number);
  }
  let pivot = matrix[start + row] as number;
  for (let k = 0; k < row; k++) pivot -= (matrix[start + k] as number) ** 2;
  if (!(pivot > 0 && pivot < Number.POSITIVE_INFINITY)) return false;
  matrix[start + row] = Math.sqrt(pivot);
  return true;
}
