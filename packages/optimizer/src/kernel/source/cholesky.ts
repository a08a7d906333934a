import { at, least } from "./address.ts";
import { dot, tile } from "./dense.ts";
import { read, write } from "./memory.ts";

// 64 columns of four rows and two stay in the nearest cache.
const BLOCK: i32 = 64;

/**
 * Replaces the lower triangle of a symmetric matrix by its Cholesky factor; returns 0, or the number of the first row,
 * counted from 1, at which it is not positive definite.
 *
 * Rows lie `rowBytes` apart; `scratch` holds 8 doubles. Right-looking by blocks of 64 columns, n³/3 operations.
 */
export function cholesky(matrix: usize, n: i32, rowBytes: usize, scratch: usize): i32 {
  for (let first = 0; first < n; first += BLOCK) {
    const end = least(first + BLOCK, n);
    for (let i = first; i < end; i++) {
      const row = at(matrix, i, 0, rowBytes);
      solveRow(row, matrix, first, i, rowBytes);
      const begun = row + (first << 3);
      const pivot: f64 = read(row + (i << 3)) - dot(begun, begun, i - first);
      if (!(pivot > 0)) return i + 1;
      write(row + (i << 3), Math.sqrt(pivot));
    }
    solvePanel(matrix, first, end, n, rowBytes, scratch);
    updateRest(matrix, first, end, n, rowBytes);
  }
  return 0;
}

/** Finishes columns `first` to `end` of one row, the rows above being finished. */
function solveRow(row: usize, matrix: usize, first: i32, end: i32, rowBytes: usize): void {
  const begun = row + (first << 3);
  for (let j = first; j < end; j++) {
    const other = at(matrix, j, 0, rowBytes);
    const entry = row + (j << 3);
    write(entry, (read(entry) - dot(begun, other + (first << 3), j - first)) / read(other + (j << 3)));
  }
}

/** Finishes columns `first` to `end` of every row from `end` on. */
function solvePanel(matrix: usize, first: i32, end: i32, n: i32, rowBytes: usize, scratch: usize): void {
  let i = end;
  for (; i + 3 < n; i += 4) {
    const rows = at(matrix, i, first, rowBytes);
    let j = first;
    for (; j + 1 < end; j += 2) {
      tile(rows, rowBytes, at(matrix, j, first, rowBytes), rowBytes, j - first, scratch, 16, 0);
      const corner = at(matrix, j, j, rowBytes);
      const inverse: f64 = 1.0 / read(corner);
      const inverseNext: f64 = 1.0 / read(corner + rowBytes + 8);
      const below: f64 = read(corner + rowBytes);
      let entry = at(matrix, i, j, rowBytes);
      for (let sums = scratch; sums < scratch + 64; sums += 16) {
        const solved: f64 = (read(entry) - read(sums)) * inverse;
        write(entry, solved);
        write(entry + 8, (read(entry + 8) - read(sums + 8) - solved * below) * inverseNext);
        entry += rowBytes;
      }
    }
    for (; j < end; j++) {
      for (let q = 0; q < 4; q++) solveEntry(matrix, i + q, j, first, rowBytes);
    }
  }
  for (; i < n; i++) solveRow(at(matrix, i, 0, rowBytes), matrix, first, end, rowBytes);
}

function solveEntry(matrix: usize, i: i32, j: i32, first: i32, rowBytes: usize): void {
  const entry = at(matrix, i, j, rowBytes);
  const known: f64 = dot(at(matrix, i, first, rowBytes), at(matrix, j, first, rowBytes), j - first);
  write(entry, (read(entry) - known) / read(at(matrix, j, j, rowBytes)));
}

/** Takes the product of the finished columns off the lower triangle that is still to do. */
function updateRest(matrix: usize, first: i32, end: i32, n: i32, rowBytes: usize): void {
  const count = end - first;
  for (let block = end; block < n; block += BLOCK) {
    const blockEnd = least(block + BLOCK, n);
    let i = block;
    for (; i + 3 < n; i += 4) {
      const rows = at(matrix, i, first, rowBytes);
      const last = least(blockEnd, i + 4);
      let j = block;
      for (; j + 1 < last; j += 2) {
        tile(rows, rowBytes, at(matrix, j, first, rowBytes), rowBytes, count, at(matrix, i, j, rowBytes), rowBytes, -1);
      }
      for (; j < last; j++) {
        for (let q = 0; q < 4; q++) updateEntry(matrix, i + q, j, first, count, rowBytes);
      }
    }
    for (; i < n; i++) {
      for (let j = block; j < least(blockEnd, i + 1); j++) updateEntry(matrix, i, j, first, count, rowBytes);
    }
  }
}

function updateEntry(matrix: usize, i: i32, j: i32, first: i32, count: i32, rowBytes: usize): void {
  const entry = at(matrix, i, j, rowBytes);
  write(entry, read(entry) - dot(at(matrix, i, first, rowBytes), at(matrix, j, first, rowBytes), count));
}
