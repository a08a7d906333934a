import type { ProposeRequest, SurrogateSummary } from "@labloop/contracts";
import { openKernel } from "../kernel/open-kernel.ts";
import { createRandom } from "../random/create-random.ts";
import { designVector } from "../search-space/design-vectors.ts";
import { fitHyper } from "./fit-hyper.ts";
import { poolReplicates } from "./pool-replicates.ts";
import { createPosterior, type Posterior } from "./posterior.ts";
import { standardise } from "./standardise.ts";
import { MOST_FITTED, thinReadings } from "./thin-readings.ts";

/** What has been measured, and how it is to be judged. */
export type Evidence = Pick<ProposeRequest, "space" | "objective" | "measurements" | "seed">;

/** A Gaussian process conditioned on the evidence; inside, values are standardised and larger is better. */
export interface Surrogate {
  readonly summary: SurrogateSummary;
  /**
   * Returns the posterior at design vectors, with room to believe `room` readings; null when its covariance is singular.
   * Only the one returned last can be told to believe readings.
   */
  posteriorAt(places: readonly Float64Array[], room: number): Posterior | null;
  /** Returns an internal value in the objective's unit and direction. */
  restore(value: number): number;
  /** Returns an internal standard deviation in the objective's unit. */
  restoreSpread(spread: number): number;
}

/**
 * Returns the surrogate of at least one measurement; equal evidence in any order gives equal bits. Its hyperparameters, and the
 * density told of them, come from at most `MOST_FITTED` designs; it is conditioned on all of them.
 */
export function fitSurrogate({ space, objective, measurements, seed }: Evidence): Surrogate {
  const sign = objective.goal === "maximise" ? 1 : -1;
  const outcome = standardise(measurements.map(({ value }) => sign * value));
  const vectors = measurements.map(({ parameters }) => designVector(space, parameters));
  const readings = poolReplicates(vectors, outcome.values, space.parameters.length);
  const kernel = openKernel();
  const { hyper, logPosterior } = fitHyper(thinReadings(readings, MOST_FITTED), createRandom(seed), kernel);
  return {
    summary: {
      kind: "gaussian-process",
      kernel: "matern-5/2",
      lengthscales: [...hyper.lengthscales],
      noiseVariance: hyper.noise,
      logPosterior,
      measurements: readings.readings,
      distinct: readings.count,
    },
    posteriorAt: (places, room) => createPosterior(readings, hyper, places, room, kernel),
    // Adding 0 turns the -0 of a mirrored zero into 0.
    restore: (value) => sign * outcome.restore(value) + 0,
    restoreSpread: (spread) => outcome.restoreSpread(spread),
  };
}
