import type { Random } from "../random/create-random.ts";
import { exp } from "../special-functions/exp.ts";
import { log, log1p } from "../special-functions/log.ts";
import { type CandidateBeliefs, type GainsOf, outcomesOf, type SampledOutcomes } from "./sampled-outcomes.ts";

// BoTorch's TAU_RELU, botorch/acquisition/logei.py.
const TEMPERATURE = 1e-6;
// A gain of nothing is softened to about 1e-6: with less than this no draw of any candidate was better.
const NOTHING = 1e-5;

/** Returns whether no draw of any candidate of these drawn gains was better than the best so far. */
export function isNothing(gains: Float64Array): boolean {
  return gains.every((gain) => exp(gain) <= NOTHING);
}

/**
 * Returns what tells, per candidate, the logarithm of its expected gain in the worth of an outcome, any number of about 1 in
 * which larger is better.
 *
 * The incumbent is the best design of each sample, and all candidates share the draws of a sample. Where no sample has a design
 * to compare with, all gains are 1, logarithm 0.
 */
export function logDrawnGains(
  sampled: SampledOutcomes,
  worth: (outcome: ArrayLike<number>) => number,
  random: Random,
): GainsOf {
  const { samples, objectives } = sampled;
  const incumbents = Float64Array.from({ length: samples }, (_, s) =>
    outcomesOf(sampled, s).reduce((most, row) => Math.max(most, worth(row)), Number.NEGATIVE_INFINITY),
  );
  const draws = Float64Array.from({ length: samples * objectives }, () => random.normal());
  const outcome = new Float64Array(objectives);
  const compared = incumbents.filter(Number.isFinite).length;
  return ({ means, variances }: CandidateBeliefs) => {
    const spreads = variances.map(Math.sqrt);
    const count = means.length / objectives;
    return Float64Array.from({ length: count }, (_, candidate) => {
      if (compared === 0) return 0;
      let sum = 0;
      for (let s = 0; s < samples; s++) {
        const incumbent = incumbents[s] as number;
        if (incumbent === Number.NEGATIVE_INFINITY) continue;
        for (let j = 0; j < objectives; j++) {
          const at = j * count + candidate;
          outcome[j] = (means[at] as number) + (spreads[at] as number) * (draws[s * objectives + j] as number);
        }
        sum += fatPlus(worth(outcome) - incumbent);
      }
      return log(sum / compared);
    });
  };
}

/** max(0, x) with a tail that falls like 1/x², so that a hopeless candidate still ranks below a bad one. */
function fatPlus(x: number): number {
  const z = x / TEMPERATURE;
  const soft = z > 0 ? z + log1p(exp(-z)) : log1p(exp(z));
  return TEMPERATURE * (soft + 0.1 / (1 + z * z));
}
