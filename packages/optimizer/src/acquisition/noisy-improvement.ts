import { log } from "../special-functions/log.ts";
import { logSumExp } from "../special-functions/log-sum-exp.ts";
import { logExpectedImprovement } from "./log-expected-improvement.ts";
import { type CandidateBeliefs, outcomesOf, type SampledOutcomes } from "./sampled-outcomes.ts";

/**
 * Returns, per candidate, the logarithm of its expected improvement over a best design that is itself uncertain, one objective.
 *
 * Under noise nobody knows which design is the best so far, so every sample has its own incumbent. It is qLogNEI (S. Ament and
 * others, NeurIPS 2023) of one candidate; within a sample the mean over the candidate's outcome is in closed form, and the
 * candidate is taken as independent of the sample. Samples in which no design keeps the limits (-Infinity) do not count; where
 * none does, all gains are 1, logarithm 0: then feasibility alone should choose.
 */
export function logNoisyImprovements(sampled: SampledOutcomes, { means, variances }: CandidateBeliefs): Float64Array {
  const incumbents = Array.from({ length: sampled.samples }, (_, s) =>
    outcomesOf(sampled, s).reduce((most, [value]) => Math.max(most, value as number), Number.NEGATIVE_INFINITY),
  ).filter(Number.isFinite);
  const logs = new Float64Array(incumbents.length);
  return means.map((mean, candidate) => {
    if (incumbents.length === 0) return 0;
    const sd = Math.sqrt(variances[candidate] as number);
    incumbents.forEach((incumbent, s) => {
      logs[s] = logExpectedImprovement(mean, sd, incumbent);
    });
    return logSumExp(logs) - log(incumbents.length);
  });
}
