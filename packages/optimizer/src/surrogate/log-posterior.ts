import { factorise } from "../linear-algebra/cholesky.ts";
import { invertLowerTransposed, solveLower, solveLowerTransposed } from "../linear-algebra/triangular.ts";
import type { PooledReadings } from "./pool-replicates.ts";
import type { HyperPriors } from "./priors.ts";

/** Evaluates at ln(lengthscales) then ln(noise variance); writes the gradient; -Infinity where the covariance is singular. */
export type LogPosterior = (logHyper: Float64Array, gradient: Float64Array) => number;

/**
 * Returns the log posterior density of the hyperparameters given pooled readings, in nats, up to no constant.
 *
 * The model is reading = c + f(x) + noise, f a Gaussian process with unit variance and Matérn-5/2 correlation, c the
 * constant that maximises the likelihood (so the gradient needs no term for it). With nᵢ replicates of input i
 * the density of all readings is exactly N(means; c, K + s²·diag(1/nᵢ)) · ∏ (2πs²)^(-(nᵢ-1)/2) nᵢ^(-1/2) ·
 * exp(-scatter/(2s²)). Gradient: Rasmussen and Williams, 2006, equation 5.9.
 */
export function createLogPosterior(readings: PooledReadings, priors: HyperPriors): LogPosterior {
  const { count: n, dimensions: d, replicates, means, scatter } = readings;
  const pairs = (n * (n - 1)) / 2;
  const squares = squaredDifferences(readings);
  const factor = new Float64Array(n * n);
  const inverse = new Float64Array(n * n);
  const slopes = new Float64Array(pairs);
  const weights = new Float64Array(n);
  const ones = new Float64Array(n);
  const inverseSquares = new Float64Array(d);
  const repeats = readings.readings - n;
  const constant =
    -0.5 * readings.readings * Math.log(2 * Math.PI) - 0.5 * replicates.reduce((sum, m) => sum + Math.log(m), 0);

  return (logHyper, gradient) => {
    const noise = Math.exp(logHyper[d] as number);
    for (let i = 0; i < d; i++) inverseSquares[i] = Math.exp(-2 * (logHyper[i] as number));

    for (let row = 0, pair = 0; row < n; row++) {
      for (let column = 0; column < row; column++, pair++) {
        let distance = 0;
        for (let i = 0; i < d; i++) distance += (squares[pair * d + i] as number) * (inverseSquares[i] as number);
        // The kernel and, for the gradient, -2·dk/d(r²) = (5/3)(1 + √5·r)·exp(-√5·r) from one exponential: this loop is half
        // of a fit. The derivative by ln l is that factor times (x - x')²/l².
        const root = Math.sqrt(5 * distance);
        const decay = Math.exp(-root);
        factor[row * n + column] = (1 + root + (5 / 3) * distance) * decay;
        slopes[pair] = (5 / 3) * (1 + root) * decay;
      }
      factor[row * n + row] = 1 + noise / (replicates[row] as number);
    }
    if (!factorise(factor, n, n)) return Number.NEGATIVE_INFINITY;

    weights.set(means);
    const quadratic = centreAndSolve(factor, n, weights, ones);
    invertLowerTransposed(factor, n, inverse);

    let value = constant - 0.5 * quadratic - 0.5 * repeats * Math.log(noise) - (0.5 * scatter) / noise;
    for (let row = 0; row < n; row++) value -= Math.log(factor[row * n + row] as number);

    gradient.fill(0);
    let noiseSlope = -0.5 * repeats + (0.5 * scatter) / noise;
    for (let row = 0, pair = 0; row < n; row++) {
      const weight = weights[row] as number;
      for (let column = 0; column <= row; column++) {
        let entry = 0;
        for (let k = row; k < n; k++) entry += (inverse[row * n + k] as number) * (inverse[column * n + k] as number);
        const pull = weight * (weights[column] as number) - entry;
        if (column === row) {
          noiseSlope += (0.5 * pull * noise) / (replicates[row] as number);
          continue;
        }
        const scaled = pull * (slopes[pair] as number);
        for (let i = 0; i < d; i++) gradient[i] = (gradient[i] as number) + scaled * (squares[pair * d + i] as number);
        pair++;
      }
    }
    for (let i = 0; i < d; i++) {
      const logLength = logHyper[i] as number;
      value += priors.lengthscale.logDensity(logLength);
      gradient[i] = (gradient[i] as number) * (inverseSquares[i] as number) + priors.lengthscale.slope(logLength);
    }
    value += priors.noise.logDensity(logHyper[d] as number);
    gradient[d] = noiseSlope + priors.noise.slope(logHyper[d] as number);
    return Number.isFinite(value) ? value : Number.NEGATIVE_INFINITY;
  };
}

/** Turns `vector` y into K⁻¹(y - c) with the generalised-least-squares constant c; returns (y - c)ᵀK⁻¹(y - c). */
function centreAndSolve(factor: Float64Array, n: number, vector: Float64Array, ones: Float64Array): number {
  ones.fill(1);
  solveLower(factor, n, n, vector);
  solveLower(factor, n, n, ones);
  let top = 0;
  let bottom = 0;
  for (let i = 0; i < n; i++) {
    top += (ones[i] as number) * (vector[i] as number);
    bottom += (ones[i] as number) ** 2;
  }
  let quadratic = 0;
  for (let i = 0; i < n; i++) {
    vector[i] = (vector[i] as number) - (top / bottom) * (ones[i] as number);
    quadratic += (vector[i] as number) ** 2;
  }
  solveLowerTransposed(factor, n, n, vector);
  return quadratic;
}

/** One row of d squared coordinate differences for each pair row > column, in the order of the loops above. */
function squaredDifferences({ count, dimensions: d, inputs }: PooledReadings): Float64Array {
  const squares = new Float64Array(((count * (count - 1)) / 2) * d);
  let next = 0;
  for (let row = 0; row < count; row++) {
    for (let column = 0; column < row; column++) {
      for (let i = 0; i < d; i++) {
        squares[next++] = ((inputs[row * d + i] as number) - (inputs[column * d + i] as number)) ** 2;
      }
    }
  }
  return squares;
}
