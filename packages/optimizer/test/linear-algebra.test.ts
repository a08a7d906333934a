import { expect, test } from "vitest";
import { factorise, factoriseRow } from "../src/linear-algebra/cholesky.ts";
import { invertLowerTransposed, solveLower, solveLowerTransposed } from "../src/linear-algebra/triangular.ts";
import { createRandom } from "../src/random/create-random.ts";

/** A symmetric positive definite matrix B·Bᵀ + I. */
function positiveMatrix(n: number, seed: number): Float64Array {
  const random = createRandom(seed);
  const b = Float64Array.from({ length: n * n }, () => random.normal());
  return Float64Array.from({ length: n * n }, (_, at) => {
    const [i, j] = [Math.floor(at / n), at % n];
    let sum = i === j ? 1 : 0;
    for (let k = 0; k < n; k++) sum += b[i * n + k]! * b[j * n + k]!;
    return sum;
  });
}

test("the factor of a known matrix is the known factor", () => {
  const matrix = Float64Array.of(4, 0, 0, 12, 37, 0, -16, -43, 98);
  expect(factorise(matrix, 3, 3)).toBe(true);
  expect([...matrix]).toEqual([2, 0, 0, 6, 1, 0, -8, 5, 3]);
});

test("a matrix that is not positive definite is refused", () => {
  expect(factorise(Float64Array.of(1, 0, 2, 1), 2, 2)).toBe(false);
  expect(factorise(Float64Array.of(Number.NaN), 1, 1)).toBe(false);
});

test("appending rows to a factor gives the bits of factorising afresh", () => {
  const [whole, grown] = [positiveMatrix(12, 3), positiveMatrix(12, 3)];
  factorise(whole, 12, 12);
  factorise(grown, 9, 12);
  for (let row = 9; row < 12; row++) factoriseRow(grown, row, 12);
  expect(grown).toEqual(whole);
});

test("both triangular solves and the inverse factor undo the matrix", () => {
  const n = 15;
  const matrix = positiveMatrix(n, 5);
  const factor = matrix.slice();
  factorise(factor, n, n);
  const random = createRandom(8);
  const x = Float64Array.from({ length: n }, () => random.normal());
  const product = x.map((_, i) => x.reduce((sum, value, j) => sum + matrix[i * n + j]! * value, 0));

  const solved = product.slice();
  solveLower(factor, n, n, solved);
  solveLowerTransposed(factor, n, n, solved);
  const transposed = new Float64Array(n * n);
  invertLowerTransposed(factor, n, transposed);
  const inverted = x.map((_, i) =>
    product.reduce((sum, value, j) => {
      let entry = 0;
      for (let k = Math.max(i, j); k < n; k++) entry += transposed[i * n + k]! * transposed[j * n + k]!;
      return sum + entry * value;
    }, 0),
  );

  x.forEach((value, i) => {
    expect(solved[i]).toBeCloseTo(value, 11);
    expect(inverted[i]).toBeCloseTo(value, 11);
  });
});
