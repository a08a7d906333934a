/** One eigenvalue and its vector of length 1, of either sign. */
export interface EigenPair {
  readonly value: number;
  readonly vector: Float64Array;
}

const SWEEPS = 60;

/**
 * Returns the eigenvalues of a symmetric matrix and their vectors, largest first, with the same bits on every machine.
 *
 * Cyclic Jacobi rotations (G. H. Golub and C. F. Van Loan, Matrix Computations, 8.5), which use square roots only.
 */
export function symmetricEigen(matrix: readonly Float64Array[]): EigenPair[] {
  const n = matrix.length;
  const a = matrix.map((row) => Float64Array.from(row));
  const vectors = a.map((_, i) => Float64Array.from({ length: n }, (_entry, j) => (i === j ? 1 : 0)));
  const size = Math.sqrt(a.reduce((sum, row) => sum + row.reduce((own, entry) => own + entry * entry, 0), 0));
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    let rotated = false;
    for (let p = 0; p < n; p++) {
      for (let q = p + 1; q < n; q++) {
        if (Math.abs(at(a, p, q)) <= 1e-15 * size) continue;
        rotate(a, vectors, p, q);
        rotated = true;
      }
    }
    if (!rotated) break;
  }
  return a
    .map((_, i) => ({ value: at(a, i, i), vector: Float64Array.from(vectors, (row) => row[i] as number) }))
    .sort((one, other) => other.value - one.value);
}

function rotate(a: readonly Float64Array[], vectors: readonly Float64Array[], p: number, q: number): void {
  const ratio = (at(a, q, q) - at(a, p, p)) / (2 * at(a, p, q));
  const tangent = (ratio >= 0 ? 1 : -1) / (Math.abs(ratio) + Math.sqrt(1 + ratio * ratio));
  const cosine = 1 / Math.sqrt(1 + tangent * tangent);
  const sine = tangent * cosine;
  const turn = (rows: readonly Float64Array[]) => {
    for (const row of rows) {
      const left = row[p] as number;
      const right = row[q] as number;
      row[p] = cosine * left - sine * right;
      row[q] = sine * left + cosine * right;
    }
  };
  turn(a);
  const upper = a[p] as Float64Array;
  const lower = a[q] as Float64Array;
  for (let j = 0; j < a.length; j++) {
    const top = upper[j] as number;
    const bottom = lower[j] as number;
    upper[j] = cosine * top - sine * bottom;
    lower[j] = sine * top + cosine * bottom;
  }
  turn(vectors);
}

function at(matrix: readonly Float64Array[], i: number, j: number): number {
  return (matrix[i] as Float64Array)[j] as number;
}
