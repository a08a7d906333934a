import type { Kernel } from "../kernel/kernel-types.ts";
import { loadReadings } from "./load-readings.ts";
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
   * Throws once the kernel has been given to another posterior.
   */
  believe(index: number): void;
}

// Tried in turn on the diagonal of a unit-variance covariance when it is singular to rounding.
const JITTERS = [0, 1e-8, 1e-7, 1e-6, 1e-5, 1e-4];

/**
 * Returns the posterior at `places` (vectors in the unit cube), or null when the covariance stays singular under every jitter.
 *
 * The constant mean is the generalised-least-squares one. `room` is how many readings will be believed at most. `kernel` loses
 * what it held.
 */
export function createPosterior(
  readings: PooledReadings,
  hyper: Hyper,
  places: readonly Float64Array[],
  room: number,
  kernel: Kernel,
): Posterior | null {
  const d = readings.dimensions;
  loadReadings(kernel, readings, room);
  if (!JITTERS.some((jitter) => kernel.factor({ ...hyper, jitter }) !== null)) return null;
  const flat = new Float64Array(places.length * d);
  places.forEach((place, j) => flat.set(place, j * d));
  const pool = kernel.openPool(flat);
  const means = new Float64Array(places.length);
  const variances = new Float64Array(places.length);
  pool.read(means, variances);
  // The means of readings believed at their means are the same but for rounding: they keep their bits.
  const unmoved = new Float64Array(places.length);

  function believe(index: number): void {
    const features = places[index] as Float64Array;
    const value = means[index] as number;
    // A reading that the factor cannot take would add no information.
    kernel.appendRow({ features, value, noiseVariance: hyper.noise }, { keepMean: true });
    pool.read(unmoved, variances);
  }
  return { means, variances, believe };
}
