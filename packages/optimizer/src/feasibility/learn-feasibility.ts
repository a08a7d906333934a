import { exp } from "../special-functions/exp.ts";
import { log } from "../special-functions/log.ts";

/** Runs so far: the encoded design of each and whether it could be carried out and measured. */
export interface Attempts {
  readonly features: readonly Float64Array[];
  readonly feasible: readonly boolean[];
}

/** What the attempts say of designs not tried. */
export interface FeasibilityClassifier {
  /** Root mean square difference of features at which an attempt counts e^-½ of a full one; Infinity where places do not matter. */
  readonly reach: number;
  /** Leave-one-out: mean logarithm of the probability of what happened, in nats. */
  readonly looLogScore: number;
  /** Returns ln of the probability that an encoded design is feasible, from ln 0.02 to ln 0.98. */
  logProbability(place: ArrayLike<number>): number;
}

// No finite number of runs makes a design certain, and no number of failures should close a region for good.
const SURE = 0.98;
const REACHES = [0.05, 0.1, 0.2, 0.4, Number.POSITIVE_INFINITY];
// The base rate counts as so much of an attempt at the design itself. On smooth random boundaries, 30 attempts in two and four
// dimensions, a whole one is too cautious: what it gives 30 % succeeds in 10 %; from a tenth to a third hardly differ.
const PRIOR_WEIGHT = 0.2;
// A reach has to earn its keep: so many nats over all attempts before location is believed to matter.
const EVIDENCE = 1;

/**
 * Returns a classifier learned from failed and successful attempts.
 *
 * The probability at a place is the share of successes among the attempts, each weighed by a Gaussian of its distance, with the
 * smoothed base rate, (successes + 1) / (attempts + 2), as a fifth of an attempt more. The reach of the weights is that under
 * which each attempt is best predicted by the others; unless that beats the base rate alone by a nat, location is taken not to
 * matter. Features are scaled to about [0, 1]. Without attempts the probability is one half.
 */
export function learnFeasibility({ features, feasible }: Attempts): FeasibilityClassifier {
  const successes = feasible.filter(Boolean).length;
  const count = features.length;
  const probabilityAt = (place: ArrayLike<number>, reach: number, without: number) => {
    const left = without < 0 ? 0 : 1;
    const kept = successes - (left === 1 && feasible[without] === true ? 1 : 0);
    const base = (kept + 1) / (count - left + 2);
    if (reach === Number.POSITIVE_INFINITY) return held(base);
    let good = PRIOR_WEIGHT * base;
    let all = PRIOR_WEIGHT;
    features.forEach((attempt, i) => {
      if (i === without) return;
      const weight = exp(-0.5 * (meanSquare(place, attempt) / (reach * reach)));
      all += weight;
      if (feasible[i] === true) good += weight;
    });
    return held(good / all);
  };
  const score = (reach: number) =>
    features.reduce((sum, attempt, i) => {
      const probability = probabilityAt(attempt, reach, i);
      return sum + log(feasible[i] === true ? probability : 1 - probability);
    }, 0);
  let reach = Number.POSITIVE_INFINITY;
  let best = score(reach) + EVIDENCE;
  for (const other of REACHES) {
    const total = score(other);
    if (total > best) [reach, best] = [other, total];
  }
  return {
    reach,
    looLogScore: count === 0 ? 0 : score(reach) / count,
    logProbability: (place) => log(probabilityAt(place, reach, -1)),
  };
}

function held(probability: number): number {
  return Math.min(SURE, Math.max(1 - SURE, probability));
}

function meanSquare(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0;
  for (let j = 0; j < a.length; j++) sum += ((a[j] as number) - (b[j] as number)) ** 2;
  return a.length === 0 ? 0 : sum / a.length;
}
