import type { Random } from "../random/create-random.ts";
import { exp } from "../special-functions/exp.ts";
import { log, log1p } from "../special-functions/log.ts";
import { type CandidateBeliefs, outcomesOf, type SampledOutcomes } from "./sampled-outcomes.ts";

// J. Knowles, "ParEGO", IEEE Trans. Evol. Comput. 10 (2006) 50–66: the share of the plain sum.
const AUGMENTATION = 0.05;
// BoTorch's TAU_RELU, botorch/acquisition/logei.py.
const TEMPERATURE = 1e-6;

/**
 * Returns, per candidate, the logarithm of its expected gain in one random weighing of all objectives: qLogNParEGO, for five
 * or more.
 *
 * Weights are uniform on the simplex and objectives scaled to the range of the designs' mean outcomes; the weighing is Knowles'
 * augmented Chebyshev distance from the best corner. Every call draws new weights, one call a batch slot. The incumbent is the
 * best design of each sample, and all candidates share the draws of a sample. Where no sample has a design to compare with, all
 * gains are 1, logarithm 0.
 */
export function logScalarisedGains(sampled: SampledOutcomes, beliefs: CandidateBeliefs, random: Random): Float64Array {
  const { samples, objectives } = sampled;
  const weights = drawWeights(objectives, random);
  const ranges = meanRanges(sampled);
  const scalarise = (outcome: ArrayLike<number>) => weigh(outcome, weights, ranges);
  const incumbents = Float64Array.from({ length: samples }, (_, s) =>
    outcomesOf(sampled, s).reduce((most, row) => Math.max(most, scalarise(row)), Number.NEGATIVE_INFINITY),
  );
  const draws = Float64Array.from({ length: samples * objectives }, () => random.normal());
  const spreads = beliefs.variances.map(Math.sqrt);
  const count = beliefs.means.length / objectives;
  const outcome = new Float64Array(objectives);
  const compared = incumbents.filter(Number.isFinite).length;
  return Float64Array.from({ length: count }, (_, candidate) => {
    if (compared === 0) return 0;
    let sum = 0;
    for (let s = 0; s < samples; s++) {
      const incumbent = incumbents[s] as number;
      if (incumbent === Number.NEGATIVE_INFINITY) continue;
      for (let j = 0; j < objectives; j++) {
        const at = j * count + candidate;
        const draw = draws[s * objectives + j] as number;
        outcome[j] = (beliefs.means[at] as number) + (spreads[at] as number) * draw;
      }
      sum += fatPlus(scalarise(outcome) - incumbent);
    }
    return log(sum / compared);
  });
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

/** Per objective the best mean outcome of the designs and the range of the means, 1 where they have none. */
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
    return most === Number.NEGATIVE_INFINITY ? [0, 1] : [most, most - least || 1];
  });
}

/** max(0, x) with a tail that falls like 1/x², so that a hopeless candidate still ranks below a bad one. */
function fatPlus(x: number): number {
  const z = x / TEMPERATURE;
  const soft = z > 0 ? z + log1p(exp(-z)) : log1p(exp(z));
  return TEMPERATURE * (soft + 0.1 / (1 + z * z));
}
