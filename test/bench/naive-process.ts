import type { KernelData, Theta } from "../../packages/optimizer/src/kernel/kernel-types.ts";

/** Writes the lower Cholesky factor over a full row-major matrix, row by row. */
function factorise(matrix: Float64Array, n: number): void {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let rest = matrix[i * n + j]!;
      for (let k = 0; k < j; k++) rest -= matrix[i * n + k]! * matrix[j * n + k]!;
      matrix[i * n + j] = i === j ? Math.sqrt(rest) : rest / matrix[j * n + j]!;
    }
  }
}

/** Returns the inverse from the factor, column by column, by two substitutions. */
function inverseOf(factor: Float64Array, n: number): Float64Array {
  const inverse = new Float64Array(n * n);
  const x = new Float64Array(n);
  for (let column = 0; column < n; column++) {
    x.fill(0);
    x[column] = 1;
    solve(factor, n, x);
    for (let i = n - 1; i >= 0; i--) {
      let rest = x[i]!;
      for (let k = i + 1; k < n; k++) rest -= factor[k * n + i]! * x[k]!;
      x[i] = rest / factor[i * n + i]!;
      inverse[i * n + column] = x[i]!;
    }
  }
  return inverse;
}

function solve(factor: Float64Array, n: number, x: Float64Array): void {
  for (let i = 0; i < n; i++) {
    let rest = x[i]!;
    for (let k = 0; k < i; k++) rest -= factor[i * n + k]! * x[k]!;
    x[i] = rest / factor[i * n + i]!;
  }
}

function distance(a: Float64Array, i: number, b: Float64Array, j: number, theta: Theta): number {
  const f = theta.lengthscales.length;
  let square = 0;
  for (let m = 0; m < f; m++) square += ((a[i * f + m]! - b[j * f + m]!) / theta.lengthscales[m]!) ** 2;
  return Math.sqrt(5 * square);
}

function matern52(r: number): number {
  return (1 + r + (r * r) / 3) * Math.exp(-r);
}

function covariance({ features, values }: KernelData, theta: Theta): Float64Array {
  const n = values.length;
  return Float64Array.from({ length: n * n }, (_, at) => {
    const [i, j] = [Math.floor(at / n), at % n];
    return matern52(distance(features, i, features, j, theta)) + (i === j ? theta.noise : 0);
  });
}

/** Inverts a covariance with equal correlations, as loops. */
export function naiveInverse(n: number): Float64Array {
  const matrix = Float64Array.from({ length: n * n }, (_, at) => (at % (n + 1) === 0 ? 1.1 : 0.5));
  factorise(matrix, n);
  return inverseOf(matrix, n);
}

/** Returns the slopes of a likelihood, as loops. */
export function naiveLikelihood(data: KernelData, theta: Theta): Float64Array {
  const n = data.values.length;
  const f = theta.lengthscales.length;
  const factor = covariance(data, theta);
  factorise(factor, n);
  const inverse = inverseOf(factor, n);
  const alpha = data.values.map((_, i) => data.values.reduce((sum, y, j) => sum + y * inverse[i * n + j]!, 0));
  const slopes = new Float64Array(f);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const r = distance(data.features, i, data.features, j, theta);
      const pull = (alpha[i]! * alpha[j]! - inverse[i * n + j]!) * (5 / 3) * (1 + r) * Math.exp(-r);
      for (let m = 0; m < f; m++) {
        slopes[m]! += pull * ((data.features[i * f + m]! - data.features[j * f + m]!) / theta.lengthscales[m]!) ** 2;
      }
    }
  }
  return slopes;
}

/** Returns the variances at places, as loops. */
export function naivePredict(data: KernelData, theta: Theta, places: Float64Array): Float64Array {
  const n = data.values.length;
  const factor = factorOf(data, theta);
  const row = new Float64Array(n);
  return Float64Array.from({ length: places.length / theta.lengthscales.length }, (_, b) => {
    for (let i = 0; i < n; i++) row[i] = matern52(distance(places, b, data.features, i, theta));
    solve(factor, n, row);
    return 1 - row.reduce((sum, x) => sum + x * x, 0);
  });
}

const factors = new WeakMap<KernelData, Float64Array>();

/** A factor is made once and kept, as the kernel does. */
function factorOf(data: KernelData, theta: Theta): Float64Array {
  let factor = factors.get(data);
  if (factor === undefined) {
    factor = covariance(data, theta);
    factorise(factor, data.values.length);
    factors.set(data, factor);
  }
  return factor;
}
