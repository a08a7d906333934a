import { at, least } from "./address.ts";
import { dot, tile } from "./dense.ts";
import { clear, read, write } from "./memory.ts";

const BLOCK: i32 = 64;

/** Writes U = L⁻ᵀ, upper triangular with zeros below, of the lower triangular `factor`; n³/3 operations. */
export function invertTransposed(factor: usize, upper: usize, n: i32, rowBytes: usize): void {
  for (let i = 0; i < n; i++) clear(at(upper, i, 0, rowBytes), n);
  for (let first = 0; first < n; first += BLOCK) {
    const end = least(first + BLOCK, n);
    for (let block = first; block < n; block += BLOCK) {
      const blockEnd = least(block + BLOCK, n);
      for (let known = first; known < block; known += BLOCK) {
        const count = least(BLOCK, block - known);
        addProduct(upper, first, end, factor, block, blockEnd, known, count, upper, rowBytes, -1);
      }
      for (let i = first; i < end; i++) {
        const row = at(upper, i, 0, rowBytes);
        let j = block;
        let start = block;
        if (block === first) {
          write(row + (i << 3), 1.0 / read(at(factor, i, i, rowBytes)));
          j = i + 1;
          start = i;
        }
        for (; j < blockEnd; j++) {
          const entry = row + (j << 3);
          const other = at(factor, j, 0, rowBytes);
          const sum: f64 = dot(row + (start << 3), other + (start << 3), j - start);
          write(entry, (read(entry) - sum) / read(other + (j << 3)));
        }
      }
    }
  }
}

/** Writes the lower triangle of U·Uᵀ, which is the inverse of the factorised matrix; n³/3 operations. */
export function inverseFromUpper(upper: usize, inverse: usize, n: i32, rowBytes: usize): void {
  for (let i = 0; i < n; i++) clear(at(inverse, i, 0, rowBytes), i + 1);
  for (let known = 0; known < n; known += BLOCK) {
    const end = least(known + BLOCK, n);
    const count = end - known;
    for (let block = 0; block < end; block += BLOCK) {
      const blockEnd = least(block + BLOCK, end);
      let i = block;
      for (; i + 3 < end; i += 4) {
        const last = least(blockEnd, i + 4);
        addProduct(upper, i, i + 4, upper, block, last, known, count, inverse, rowBytes, 1);
      }
      for (; i < end; i++) {
        const last = least(blockEnd, i + 1);
        addProduct(upper, i, i + 1, upper, block, last, known, count, inverse, rowBytes, 1);
      }
    }
  }
}

/**
 * Adds `sign` times the products of rows `first` to `end` of `a` with rows `block` to `blockEnd` of `b`, over `count` columns
 * from `known` on, to the same rows and columns of `sum`.
 */
function addProduct(
  a: usize,
  first: i32,
  end: i32,
  b: usize,
  block: i32,
  blockEnd: i32,
  known: i32,
  count: i32,
  sum: usize,
  rowBytes: usize,
  sign: i32,
): void {
  let i = first;
  for (; i + 3 < end; i += 4) {
    const rows = at(a, i, known, rowBytes);
    let j = block;
    for (; j + 1 < blockEnd; j += 2) {
      tile(rows, rowBytes, at(b, j, known, rowBytes), rowBytes, count, at(sum, i, j, rowBytes), rowBytes, sign);
    }
    for (; j < blockEnd; j++) {
      for (let q = 0; q < 4; q++) addEntry(a, i + q, b, j, known, count, sum, rowBytes, sign);
    }
  }
  for (; i < end; i++) {
    for (let j = block; j < blockEnd; j++) addEntry(a, i, b, j, known, count, sum, rowBytes, sign);
  }
}

function addEntry(
  a: usize,
  i: i32,
  b: usize,
  j: i32,
  known: i32,
  count: i32,
  sum: usize,
  rowBytes: usize,
  sign: i32,
): void {
  const entry = at(sum, i, j, rowBytes);
  const product: f64 = dot(at(a, i, known, rowBytes), at(b, j, known, rowBytes), count);
  write(entry, sign < 0 ? read(entry) - product : read(entry) + product);
}
