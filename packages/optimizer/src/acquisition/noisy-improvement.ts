import { exp } from "../special-functions/exp.ts";
import { log } from "../special-functions/log.ts";
import { logSumExp } from "../special-functions/log-sum-exp.ts";
import { expectedImprovement } from "./expected-improvement.ts";
import { logExpectedImprovement } from "./log-expected-improvement.ts";

// Below this a sum of plain improvements begins to underflow, and logarithms take over.
const PLAIN_ENOUGH = 1e-200;
// Its exponential is about the least normal double.
const LEAST_LOG = -700;

/**
 * Returns what tells the expected improvement of a normal prediction over a best design that is itself uncertain: the mean over draws of
 * what the best is worth, at least one, all in one unit. Never falls as the mean or the standard deviation grows.
 *
 * Under noise nobody knows which design is the best so far. It is qLogNEI (S. Ament and others, NeurIPS 2023) of one candidate; within
 * a draw the mean over the candidate's outcome is in closed form, and the candidate is taken as independent of the draw.
 */
export function noisyImprovement(incumbents: Float64Array): (mean: number, sd: number) => number {
  const logs = new Float64Array(incumbents.length);
  return (mean, sd) => {
    let sum = 0;
    for (let s = 0; s < incumbents.length; s++) sum += expectedImprovement(mean, sd, incumbents[s] as number);
    if (sum > PLAIN_ENOUGH) return sum / incumbents.length;
    for (let s = 0; s < incumbents.length; s++) logs[s] = logExpectedImprovement(mean, sd, incumbents[s] as number);
    return exp(Math.max(LEAST_LOG, logSumExp(logs) - log(incumbents.length)));
  };
}
