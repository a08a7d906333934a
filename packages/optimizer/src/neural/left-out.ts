import type { LeftOutRows } from "../model/leave-one-out.ts";
import { log } from "../special-functions/log.ts";
import type { NeuralEnsemble } from "./ensemble.ts";
import { pooledBelief } from "./ensemble-belief.ts";
import { drawFolds, leavesOut } from "./folds.ts";
import type { LearnedReadings } from "./training-set.ts";
import { runNetwork } from "./run-network.ts";

/** What networks predict of readings that they were not trained on. */
export interface LeftOut {
  /** One per row, of the networks that left it out. */
  readonly means: Float64Array;
  /** Variance between those networks, and mean of their variances; already calibrated. */
  readonly between: Float64Array;
  readonly scatters: Float64Array;
  /** All variances of the ensemble are to be multiplied by this: after it, left-out readings are as far off as they should be. */
  readonly calibration: number;
  /** As of a Gaussian process: mean log density in standardised units, share of the variance predicted, mean squared distance. */
  readonly looDensity: number;
  readonly looSkill: number;
  readonly looSpread: number;
  /** Share of the readings within the central 90 % of their predictions. */
  readonly looCovered: number;
  readonly looRows: LeftOutRows;
}

const Z95 = 1.6448536269514722;

// However lucky the predictions, variances stay above nothing.
const LEAST_CALIBRATION = 0.01;

/**
 * Returns what the networks predict of the rows that each was trained without.
 *
 * The counterpart of a Gaussian process's leave-one-out, and stricter: a row is judged by two networks of ten, trained on four fifths
 * of the others, while all ten predict new designs; a process is judged with hyperparameters that saw the row. Where the ensemble still
 * has the greater density, it deserves its weight.
 */
export function leftOut({ networks, seed }: NeuralEnsemble, { readings, logSlope }: LearnedReadings): LeftOut {
  const { count, inputs, means: targets } = readings;
  const folds = drawFolds(count, seed);
  const runs = networks.map((network) => runNetwork(network, inputs));
  const means = new Float64Array(count);
  const between = new Float64Array(count);
  const scatters = new Float64Array(count);
  for (let row = 0; row < count; row++) {
    const own = runs.flatMap((run, j) =>
      leavesOut(j, folds[row] as number)
        ? [{ means: run.means.subarray(row, row + 1), variances: run.variances.subarray(row, row + 1) }]
        : [],
    );
    const belief = pooledBelief(own);
    means[row] = belief.means[0] as number;
    scatters[row] = belief.scatters[0] as number;
    between[row] = belief.differences.reduce((sum, difference) => sum + difference * difference, 0);
  }
  const distance = (row: number) => {
    const error = (targets[row] as number) - (means[row] as number);
    return (error * error) / ((between[row] as number) + (scatters[row] as number));
  };
  const raw = meanOf(count, distance);
  const calibration = Math.max(LEAST_CALIBRATION, raw);
  const density = meanOf(
    count,
    (row) =>
      -0.5 *
      (log(2 * Math.PI * calibration * ((between[row] as number) + (scatters[row] as number))) +
        distance(row) / calibration),
  );
  const middle = meanOf(count, (row) => targets[row] as number);
  const missed = meanOf(count, (row) => ((targets[row] as number) - (means[row] as number)) ** 2);
  // The mean of the others is what one would say without a model.
  const others = count / Math.max(1, count - 1);
  const varied = meanOf(count, (row) => (((targets[row] as number) - middle) * others) ** 2);
  const looRows = {
    errors: targets.map((target, row) => target - (means[row] as number)),
    variances: between.map((variance, row) => calibration * (variance + (scatters[row] as number))),
  };
  return {
    means,
    looRows,
    between: between.map((variance) => calibration * variance),
    scatters: scatters.map((variance) => calibration * variance),
    calibration,
    looDensity: density + logSlope,
    looSkill: varied > 0 ? 1 - missed / varied : 0,
    looSpread: raw / calibration,
    looCovered: meanOf(count, (row) => (distance(row) <= Z95 * Z95 * calibration ? 1 : 0)),
  };
}

function meanOf(count: number, term: (row: number) => number): number {
  let sum = 0;
  for (let row = 0; row < count; row++) sum += term(row);
  return sum / count;
}
