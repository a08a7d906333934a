import { at } from "./address.ts";
import { correlate, squaredDistances } from "./correlation.ts";
import { addWeightedDifferences, dot, multiply, tile } from "./dense.ts";
import { clear, read, write } from "./memory.ts";

/**
 * Writes the correlations of each of `count` places with the n points, and -2·dk/d(r²) to `slopes`.
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
  slopes: usize,
  rowBytes: usize,
): void {
  for (let b = 0; b < count; b++) {
    const row = at(correlations, b, 0, rowBytes);
    squaredDistances(points, featureBytes, features, places + ((b * features) << 3), 8, n, row);
    correlate(family, row, at(slopes, b, 0, rowBytes), n);
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

/** Writes `rows`, a multiple of 4, times the transpose of the upper triangular `upper` with zeros below its diagonal. */
export function multiplyByUpper(rows: usize, count: i32, upper: usize, n: i32, products: usize, rowBytes: usize): void {
  for (let b = 0; b < count; b += 4) {
    let i = 0;
    for (; i + 1 < n; i += 2) {
      const columns = at(upper, i, i, rowBytes);
      tile(at(rows, b, i, rowBytes), rowBytes, columns, rowBytes, n - i, at(products, b, i, rowBytes), rowBytes, 0);
    }
    if (i < n) {
      for (let q = b; q < b + 4; q++) {
        write(at(products, q, i, rowBytes), read(at(rows, q, i, rowBytes)) * read(at(upper, i, i, rowBytes)));
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

/**
 * Writes, for each place and feature, Σᵢ αᵢ·cᵢ·(Xᵢ - x) and Σᵢ wᵢ·cᵢ·(Xᵢ - x), with c the derivatives that
 * `correlatePlaces` left, which are used up, and w the place's row of `weights`, used up as well.
 */
export function placeSlopes(
  points: usize,
  featureBytes: usize,
  features: i32,
  n: i32,
  places: usize,
  count: i32,
  alpha: usize,
  slopes: usize,
  weights: usize,
  rowBytes: usize,
  sums: usize,
): void {
  const even = (n + 1) & ~1;
  clear(sums, 2 * count * features);
  for (let b = 0; b < count; b++) {
    const slope = at(slopes, b, 0, rowBytes);
    const weight = at(weights, b, 0, rowBytes);
    multiply(weight, slope, weight, n);
    multiply(slope, alpha, slope, n);
    write(weight + (n << 3), 0);
    write(slope + (n << 3), 0);
    for (let m = 0; m < features; m++) {
      const place = b * features + m;
      const centre: f64 = read(places + (place << 3));
      addWeightedDifferences(points + m * featureBytes, centre, slope, weight, even, sums + (place << 4));
    }
  }
}
