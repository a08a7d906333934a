import type { Random } from "../random/create-random.ts";
import { log } from "../special-functions/log.ts";
import { isNothing, logDrawnGains } from "./drawn-gain.ts";
import type { CandidateBeliefs, FieldGains, SampledOutcomes } from "./sampled-outcomes.ts";

// J. Knowles, "ParEGO", IEEE Trans. Evol. Comput. 10 (2006) 50–66: the share of the plain sum.
const AUGMENTATION = 0.05;
// In units of the outcomes. What differs by less is as good as equal, and weighed by it a far outcome would be no number.
const LEAST_RANGE = 1e-12;

/**
 * Returns what tells, per candidate, the logarithm of its expected gain in one random weighing of all objectives: qLogNParEGO,
 * for five or more.
 *
 * Weights are uniform on the simplex and objectives scaled to the range of the designs' mean outcomes; the weighing is Knowles'
 * augmented Chebyshev distance from the best corner. Every call draws new weights, one call a batch slot.
 */
export function logScalarisedGains(sampled: SampledOutcomes, field: CandidateBeliefs, random: Random): FieldGains {
  const weights = drawWeights(sampled.objectives, random);
  const ranges = meanRanges(sampled);
  const gainsOf = logDrawnGains(sampled, (outcome) => weigh(outcome, weights, ranges), random);
  return { gainsOf, isNil: isNothing(gainsOf(field)) };
}

/** Minus the weighted distance from the best corner; 0 there. */
function weigh(
  outcome: ArrayLike<number>,
  weights: Float64Array,
  ranges: readonly (readonly [number, number])[],
): number {
  let farthest = Number.NEGATIVE_INFINITY;
  let sum = 0;
  for (let j = 0; j < weights.length; j++) {
    const [best, range] = ranges[j] as readonly [number, number];
    const short = ((weights[j] as number) * (best - (outcome[j] as number))) / range;
    farthest = Math.max(farthest, short);
    sum += short;
  }
  return -(farthest + AUGMENTATION * sum);
}

/** Uniform on the simplex: exponentials over their sum. */
function drawWeights(count: number, random: Random): Float64Array {
  const raw = Float64Array.from({ length: count }, () => -log(1 - random.uniform()));
  const total = raw.reduce((sum, value) => sum + value, 0) || 1;
  return raw.map((value) => value / total);
}

/** Per objective the best mean outcome of the designs and the range of the means, 1 where they have as good as none. */
function meanRanges(sampled: SampledOutcomes): (readonly [best: number, range: number])[] {
  const { samples, designs, objectives, values } = sampled;
  return Array.from({ length: objectives }, (_, j) => {
    let least = Number.POSITIVE_INFINITY;
    let most = Number.NEGATIVE_INFINITY;
    for (let i = 0; i < designs; i++) {
      let sum = 0;
      let kept = 0;
      for (let s = 0; s < samples; s++) {
        const value = values[(s * designs + i) * objectives + j] as number;
        if (value === Number.NEGATIVE_INFINITY) continue;
        sum += value;
        kept++;
      }
      if (kept === 0) continue;
      least = Math.min(least, sum / kept);
      most = Math.max(most, sum / kept);
    }
    return most === Number.NEGATIVE_INFINITY ? [0, 1] : [most, most - least > LEAST_RANGE ? most - least : 1];
  });
}
