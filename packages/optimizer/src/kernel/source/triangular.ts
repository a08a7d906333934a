import { at } from "./address.ts";
import { addScaled, addSquares, dot } from "./dense.ts";
import { clear, read, write } from "./memory.ts";

/** Writes the solution of L·x = `right`, L lower triangular. */
export function solveLower(factor: usize, right: usize, solution: usize, n: i32, rowBytes: usize): void {
  for (let i = 0; i < n; i++) {
    const row = at(factor, i, 0, rowBytes);
    const rest: f64 = read(right + (i << 3)) - dot(row, solution, i);
    write(solution + (i << 3), rest / read(row + (i << 3)));
  }
}

/** Writes lowerᵀ·x, lower triangular. */
export function multiplyTransposed(lower: usize, x: usize, product: usize, n: i32, rowBytes: usize): void {
  clear(product, n);
  for (let i = 0; i < n; i++) addScaled(at(lower, i, 0, rowBytes), read(x + (i << 3)), product, i + 1);
}

/** Writes upper·x, upper triangular. */
export function multiplyUpper(upper: usize, x: usize, product: usize, n: i32, rowBytes: usize): void {
  for (let i = 0; i < n; i++) {
    write(product + (i << 3), dot(at(upper, i, i, rowBytes), x + (i << 3), n - i));
  }
}

/** Writes the sums of the squares of the columns of a lower triangular matrix. */
export function columnSquares(lower: usize, sums: usize, n: i32, rowBytes: usize): void {
  clear(sums, n);
  for (let i = 0; i < n; i++) addSquares(at(lower, i, 0, rowBytes), sums, i + 1);
}

/** Writes the transpose of an upper triangular matrix, with one zero after each diagonal entry. */
export function lowerFromUpper(upper: usize, lower: usize, n: i32, rowBytes: usize): void {
  for (let i = 0; i < n; i++) {
    const row = at(lower, i, 0, rowBytes);
    for (let j = 0; j <= i; j++) write(row + (j << 3), read(at(upper, j, i, rowBytes)));
    write(row + ((i + 1) << 3), 0);
  }
}
