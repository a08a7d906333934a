import { at } from "./address.ts";
import { correlate, squaredDistances } from "./correlation.ts";
import { dot, tile } from "./dense.ts";
import { write } from "./memory.ts";

/**
 * Writes the correlations of each of `count` places with the n points.
 *
 * `points` holds one scaled feature a row; `places` one scaled place a row, `features` doubles long.
 */
export function correlatePlaces(
  points: usize,
  featureBytes: usize,
  features: i32,
  n: i32,
  family: i32,
  places: usize,
  count: i32,
  correlations: usize,
  rowBytes: usize,
): void {
  for (let b = 0; b < count; b++) {
    const row = at(correlations, b, 0, rowBytes);
    squaredDistances(points, featureBytes, features, places + ((b * features) << 3), 8, n, row);
    correlate(family, row, 0, n);
    // Products below run over one term more where n is odd.
    write(row + (n << 3), 0);
  }
}

/** Writes `rows`, a multiple of 4, times the transpose of the lower triangular `lower` with a zero after each diagonal entry. */
export function multiplyByLower(rows: usize, count: i32, lower: usize, n: i32, products: usize, rowBytes: usize): void {
  for (let b = 0; b < count; b += 4) {
    let j = 0;
    for (; j + 1 < n; j += 2) {
      const columns = at(lower, j, 0, rowBytes);
      tile(at(rows, b, 0, rowBytes), rowBytes, columns, rowBytes, j + 2, at(products, b, j, rowBytes), rowBytes, 0);
    }
    if (j < n) {
      for (let q = b; q < b + 4; q++) {
        write(at(products, q, j, rowBytes), dot(at(rows, q, 0, rowBytes), at(lower, j, 0, rowBytes), j + 1));
      }
    }
  }
}

/** Writes the product of each of `count` rows with `x`, n terms each. */
export function dotRows(rows: usize, count: i32, x: usize, n: i32, rowBytes: usize, products: usize): void {
  for (let b = 0; b < count; b++) write(products + (b << 3), dot(at(rows, b, 0, rowBytes), x, n));
}

/** Writes the sum of the squares of each of `count` rows, n terms each. */
export function squareRows(rows: usize, count: i32, n: i32, rowBytes: usize, sums: usize): void {
  for (let b = 0; b < count; b++) {
    const row = at(rows, b, 0, rowBytes);
    write(sums + (b << 3), dot(row, row, n));
  }
}

/**
 * Takes the product of every pair of rows, n terms each, off the lower triangle of a matrix.
 *
 * `count` is a multiple of 4; the tiles reach up to three columns past the diagonal.
 */
export function subtractRowProducts(
  rows: usize,
  count: i32,
  n: i32,
  rowBytes: usize,
  matrix: usize,
  matrixBytes: usize,
): void {
  for (let i = 0; i < count; i += 4) {
    const four = at(rows, i, 0, rowBytes);
    for (let j = 0; j < i + 4; j += 2) {
      tile(four, rowBytes, at(rows, j, 0, rowBytes), rowBytes, n, at(matrix, i, j, matrixBytes), matrixBytes, -1);
    }
  }
}
