import { at } from "./address.ts";
import { correlate, squaredDistances } from "./correlation.ts";
import { addWeightedSquares, multiply, scale } from "./dense.ts";
import { clear, read, write } from "./memory.ts";

/** Writes every row of features, `count` doubles each, times its factor. */
export function scaleFeatures(
  raw: usize,
  factors: usize,
  scaled: usize,
  features: i32,
  count: i32,
  featureBytes: usize,
): void {
  for (let m = 0; m < features; m++) {
    scale(raw + m * featureBytes, read(factors + (m << 3)), scaled + m * featureBytes, count);
  }
}

/**
 * Writes the lower triangle of the correlations of n points with `diagonal` in place of their ones and, unless `slopes` is 0, the
 * derivatives -2·dk/d(r²) there.
 *
 * `points` holds one scaled feature a row, rows `featureBytes` apart and padded to an even length.
 */
export function correlatePairs(
  points: usize,
  featureBytes: usize,
  features: i32,
  n: i32,
  family: i32,
  diagonal: usize,
  matrix: usize,
  slopes: usize,
  rowBytes: usize,
): void {
  for (let i = 0; i < n; i++) {
    const row = at(matrix, i, 0, rowBytes);
    squaredDistances(points, featureBytes, features, points + (i << 3), featureBytes, i + 1, row);
    correlate(family, row, slopes === 0 ? 0 : at(slopes, i, 0, rowBytes), i + 1);
    write(row + (i << 3), read(diagonal + (i << 3)));
  }
}

/**
 * Writes, for each feature, half of αᵀ(∂K/∂ln l)α and half of tr(K⁻¹·∂K/∂ln l), l being its own lengthscale.
 *
 * Uses up both matrices: the lower triangles of K⁻¹ and of the derivatives that `correlatePairs` left.
 */
export function lengthscaleSlopes(
  points: usize,
  featureBytes: usize,
  features: i32,
  n: i32,
  alpha: usize,
  inverse: usize,
  slopes: usize,
  rowBytes: usize,
  sums: usize,
): void {
  clear(sums, 2 * features);
  for (let i = 0; i < n; i++) {
    const traceRow = at(inverse, i, 0, rowBytes);
    const quadraticRow = at(slopes, i, 0, rowBytes);
    const even = (i + 1) & ~1;
    multiply(traceRow, quadraticRow, traceRow, i);
    multiply(quadraticRow, alpha, quadraticRow, i);
    scale(quadraticRow, read(alpha + (i << 3)), quadraticRow, i);
    // One term more than there are pairs where their number is odd.
    write(traceRow + (i << 3), 0);
    write(quadraticRow + (i << 3), 0);
    for (let m = 0; m < features; m++) {
      const feature = points + m * featureBytes;
      addWeightedSquares(feature, read(feature + (i << 3)), quadraticRow, traceRow, even, sums + (m << 4));
    }
  }
}
