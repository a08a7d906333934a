import type { KernelData, Theta } from "../../src/kernel/kernel-types.ts";

/** A Gaussian process as textbooks write it, in plain loops: the oracle of the kernel. */
export interface TextbookProcess {
  readonly mean: number;
  readonly quadratic: number;
  readonly logDeterminant: number;
  readonly oneKinvOne: number;
  readonly alpha: readonly number[];
  readonly inverse: readonly (readonly number[])[];
  /** Mean of one place. */
  meanAt(place: ArrayLike<number>): number;
  /** Posterior covariance of two places. */
  covarianceOf(a: ArrayLike<number>, b: ArrayLike<number>): number;
}

/** Returns the process conditioned on the data; `mean` fixes the constant, `further` is added to the covariance of two places, `variance` is the surface's, 1 where it is left out. */
export function textbookProcess(
  data: KernelData,
  theta: Theta & { readonly variance?: number },
  fixedMean?: number,
  further: (a: ArrayLike<number>, b: ArrayLike<number>) => number = () => 0,
): TextbookProcess {
  const n = data.values.length;
  const f = data.groups.length;
  const point = (i: number) => data.features.subarray(i * f, i * f + f);
  const correlation = (a: ArrayLike<number>, b: ArrayLike<number>) => {
    let square = 0;
    for (let m = 0; m < f; m++) square += ((a[m]! - b[m]!) / theta.lengthscales[data.groups[m]!]!) ** 2;
    const r = Math.sqrt(square);
    const own =
      data.family === "rbf"
        ? Math.exp(-0.5 * square)
        : (1 + Math.sqrt(5) * r + (5 / 3) * square) * Math.exp(-Math.sqrt(5) * r);
    return (theta.variance ?? 1) * own + further(a, b);
  };
  const matrix = Array.from({ length: n }, (_, i) =>
    Array.from({ length: n }, (_, j) => {
      const noise = theta.noise * data.noiseWeights[i]! + data.knownVariances[i]! + (theta.jitter ?? 0);
      return correlation(point(i), point(j)) + (i === j ? noise : 0);
    }),
  );
  const { inverse, logDeterminant } = invert(matrix);
  const times = (x: readonly number[]) => inverse.map((row) => sum(row.map((entry, j) => entry * x[j]!)));
  const ones = Array.from({ length: n }, () => 1);
  const oneKinvOne = sum(times(ones));
  const mean = fixedMean ?? sum(times([...data.values])) / oneKinvOne;
  const centred = [...data.values].map((value) => value - mean);
  const alpha = times(centred);
  const against = (place: ArrayLike<number>) => ones.map((_, i) => correlation(place, point(i)));
  return {
    mean,
    quadratic: sum(centred.map((value, i) => value * alpha[i]!)),
    logDeterminant,
    oneKinvOne,
    alpha,
    inverse,
    meanAt: (place) => mean + sum(against(place).map((k, i) => k * alpha[i]!)),
    covarianceOf: (a, b) => {
      const right = times(against(b));
      return correlation(a, b) - sum(against(a).map((k, i) => k * right[i]!));
    },
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** Gauss–Jordan elimination with pivoting. */
function invert(matrix: readonly (readonly number[])[]): { inverse: number[][]; logDeterminant: number } {
  const n = matrix.length;
  const rows = matrix.map((row, i) => [...row, ...row.map((_, j) => (i === j ? 1 : 0))]);
  let logDeterminant = 0;
  for (let column = 0; column < n; column++) {
    let best = column;
    for (let i = column; i < n; i++) if (Math.abs(rows[i]![column]!) > Math.abs(rows[best]![column]!)) best = i;
    [rows[column], rows[best]] = [rows[best]!, rows[column]!];
    const pivot = rows[column]![column]!;
    logDeterminant += Math.log(Math.abs(pivot));
    rows[column] = rows[column]!.map((entry) => entry / pivot);
    for (let i = 0; i < n; i++) {
      const factor = rows[i]![column]!;
      if (i !== column && factor !== 0) rows[i] = rows[i]!.map((entry, j) => entry - factor * rows[column]![j]!);
    }
  }
  return { inverse: rows.map((row) => row.slice(n)), logDeterminant };
}
