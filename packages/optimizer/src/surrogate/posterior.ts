import { factorise } from "../linear-algebra/cholesky.ts";
import { solveLower } from "../linear-algebra/triangular.ts";
import { matern52 } from "./matern.ts";
import type { PooledReadings } from "./pool-replicates.ts";

/** Hyperparameters of the surrogate, readings being standardised and inputs in the unit cube. */
export interface Hyper {
  readonly lengthscales: Float64Array;
  readonly noise: number;
}

/** What the surrogate believes of the noise-free value at a fixed list of places. */
export interface Posterior {
  /** One per place. */
  readonly means: Float64Array;
  /** One per place, of the noise-free value; falls as readings are believed. */
  readonly variances: Float64Array;
  /**
   * Believes one more reading at place `index`, equal to its posterior mean: the means stay, the variances fall.
   * D. Ginsbourger et al., "Kriging is well-suited to parallelize optimization", 2010 (kriging believer).
   */
  believe(index: number): void;
}

// Tried in turn on the diagonal of a unit-variance covariance when it is singular to rounding.
const JITTERS = [0, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4];

/**
 * Returns the posterior at `places` (vectors in the unit cube), or null when the covariance stays singular under every jitter.
 *
 * The constant mean is the generalised-least-squares one. `room` is how many readings will be believed at most.
 */
export function createPosterior(
  readings: PooledReadings,
  hyper: Hyper,
  places: readonly Float64Array[],
  room: number,
): Posterior | null {
  const { count: n, dimensions: d } = readings;
  const stride = n + room;
  const inverseSquares = hyper.lengthscales.map((length) => 1 / (length * length));
  const factor = factoriseReadings(readings, hyper, inverseSquares, stride);
  if (factor === null) return null;

  const residuals = Float64Array.from(readings.means);
  const ones = new Float64Array(n).fill(1);
  solveLower(factor, n, stride, residuals);
  solveLower(factor, n, stride, ones);
  const constant = dot(ones, 0, residuals, 0, n) / dot(ones, 0, ones, 0, n);
  for (let i = 0; i < n; i++) residuals[i] = (residuals[i] as number) - constant * (ones[i] as number);

  // Row j holds L⁻¹·k(readings, place j); believing a reading appends one entry to each.
  const whitened = new Float64Array(places.length * stride);
  const means = new Float64Array(places.length);
  const variances = new Float64Array(places.length);
  const row = new Float64Array(n);
  places.forEach((place, j) => {
    for (let i = 0; i < n; i++) row[i] = correlation(readings.inputs, i * d, place, inverseSquares);
    solveLower(factor, n, stride, row);
    whitened.set(row, j * stride);
    means[j] = constant + dot(row, 0, residuals, 0, n);
    variances[j] = Math.max(0, 1 - dot(row, 0, row, 0, n));
  });

  let size = n;
  function believe(index: number): void {
    const place = places[index] as Float64Array;
    const believed = index * stride;
    // The new row of the factor is the whitened correlation with the place: appending costs no solve.
    const pivot = Math.sqrt((variances[index] as number) + hyper.noise);
    for (let j = 0; j < places.length; j++) {
      const shared = dot(whitened, believed, whitened, j * stride, size);
      const entry = (correlation(place, 0, places[j] as Float64Array, inverseSquares) - shared) / pivot;
      whitened[j * stride + size] = entry;
      variances[j] = Math.max(0, (variances[j] as number) - entry * entry);
    }
    size++;
  }
  return { means, variances, believe };
}

function factoriseReadings(
  readings: PooledReadings,
  hyper: Hyper,
  inverseSquares: Float64Array,
  stride: number,
): Float64Array | null {
  const { count: n, dimensions: d, inputs, replicates } = readings;
  for (const jitter of JITTERS) {
    const factor = new Float64Array(stride * stride);
    for (let i = 0; i < n; i++) {
      const place = inputs.subarray(i * d, i * d + d);
      for (let j = 0; j < i; j++) factor[i * stride + j] = correlation(inputs, j * d, place, inverseSquares);
      factor[i * stride + i] = 1 + hyper.noise / (replicates[i] as number) + jitter;
    }
    if (factorise(factor, n, stride)) return factor;
  }
  return null;
}

function correlation(inputs: Float64Array, start: number, place: Float64Array, inverseSquares: Float64Array): number {
  let distance = 0;
  for (let i = 0; i < place.length; i++) {
    const difference = (inputs[start + i] as number) - (place[i] as number);
    distance += difference * difference * (inverseSquares[i] as number);
  }
  return matern52(distance);
}

function dot(a: Float64Array, startA: number, b: Float64Array, startB: number, length: number): number {
  let sum = 0;
  for (let i = 0; i < length; i++) sum += (a[startA + i] as number) * (b[startB + i] as number);
  return sum;
}
