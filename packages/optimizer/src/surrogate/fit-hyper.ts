import type { Kernel } from "../kernel/kernel-types.ts";
import type { Random } from "../random/create-random.ts";
import { exp } from "../special-functions/exp.ts";
import { log } from "../special-functions/log.ts";
import { loadReadings } from "./load-readings.ts";
import { createLogPosterior } from "./log-posterior.ts";
import { minimiseBounded } from "./minimise-bounded.ts";
import type { PooledReadings } from "./pool-replicates.ts";
import type { Hyper } from "./posterior.ts";
import { createPriors } from "./priors.ts";

/** Hyperparameters and their log posterior density in nats, null when they are the prior's mode for want of a fit. */
export interface FittedHyper {
  readonly hyper: Hyper;
  readonly logPosterior: number | null;
}

// Shortest lengthscale and smallest noise as in BoTorch; the other ends only keep the search finite.
const LENGTHSCALE_RANGE = [0.025, 1000] as const;
const NOISE_RANGE = [1e-4, 10] as const;

// Share of 200 crossed-barrel campaigns that ended in the true best four: 63 % with one start, 68 % with two, 65 % with three.
const STARTS = 2;
// A gain below 1e-4 nats moves no prediction that matters.
const TOLERANCE = 1e-4;
const STEP_LIMIT = 50;

/**
 * Returns the hyperparameters of highest posterior density among searches from the prior's mode and from random prior draws.
 *
 * Never fails: when no search ends at a finite density, the answer is the prior's mode. `kernel` loses what it held.
 */
export function fitHyper(readings: PooledReadings, random: Random, kernel: Kernel): FittedHyper {
  const d = readings.dimensions;
  const priors = createPriors(d);
  loadReadings(kernel, readings, 0);
  const density = createLogPosterior(readings, priors, kernel);
  const lower = bounds(d, LENGTHSCALE_RANGE[0], NOISE_RANGE[0]);
  const upper = bounds(d, LENGTHSCALE_RANGE[1], NOISE_RANGE[1]);
  const mode = bounds(d, priors.lengthscale.mode, priors.noise.mode);

  let best = mode;
  let lowest = Number.POSITIVE_INFINITY;
  for (let start = 0; start < STARTS; start++) {
    const from = start === 0 ? mode : mode.map((_, i) => (i < d ? priors.lengthscale : priors.noise).drawLog(random));
    const found = minimiseBounded(
      (logHyper, gradient) => {
        const value = density(logHyper, gradient);
        for (let i = 0; i < gradient.length; i++) gradient[i] = -(gradient[i] as number);
        return -value;
      },
      from,
      lower,
      upper,
      TOLERANCE,
      STEP_LIMIT,
    );
    if (found.value < lowest) {
      lowest = found.value;
      best = found.x;
    }
  }
  const hyper = { lengthscales: best.slice(0, d).map(exp), noise: exp(best[d] as number) };
  return { hyper, logPosterior: Number.isFinite(lowest) ? -lowest : null };
}

/** The vector of `dimensions` equal log lengthscales and the log noise variance. */
function bounds(dimensions: number, lengthscale: number, noise: number): Float64Array {
  const vector = new Float64Array(dimensions + 1).fill(log(lengthscale));
  vector[dimensions] = log(noise);
  return vector;
}
