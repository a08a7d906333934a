import { openKernel } from "../kernel/open-kernel.ts";
import { fitPart } from "../model/fit-member.ts";
import { exp } from "../special-functions/exp.ts";
import { log } from "../special-functions/log.ts";

/** Runs so far. */
export interface Attempts {
  /** The encoded design of each, scaled to about [0, 1]. */
  readonly features: readonly Float64Array[];
  /** One per feature: the number, from 0 without gaps, of the lengthscale that it uses. */
  readonly groups: Int32Array;
  /** Whether each could be carried out and measured. */
  readonly feasible: readonly boolean[];
}

/** What the attempts say of designs not tried. */
export interface FeasibilityClassifier {
  /** The share, 0 to 1, of what is said that goes by the place; the rest is the base rate. */
  readonly placed: number;
  /** Returns ln of the probability that each encoded design, row-major, is feasible: from ln 0.02 to ln 0.98. */
  logProbabilities(places: Float64Array): Float64Array;
}

// No finite number of runs makes a design certain, and no number of failures should close a region for good.
const SURE = 0.98;
// In nats over all attempts. The process has as many lengthscales as there are features, and chose them by the attempts that it is
// judged by: of failures that are scattered it predicts left-out ones better by chance.
const EVIDENCE = 3;

/**
 * Returns a classifier learned from failed and successful attempts.
 *
 * The probability at a place is that of a Gaussian process of the attempts read as 1 and 0 (least-squares classification: C. E.
 * Rasmussen and C. K. I. Williams, Gaussian Processes for Machine Learning, 2006, section 6.5), averaged with the smoothed base rate,
 * (successes + 1) / (attempts + 2). Both are weighed by the likelihood of every attempt by the others, the base rate with three nats more
 * from the start. The process has a lengthscale for each group of features, so that a border across one of them is a border wherever
 * the others are.
 */
export function learnFeasibility({ features, groups, feasible }: Attempts): FeasibilityClassifier {
  const count = feasible.length;
  const successes = feasible.filter(Boolean).length;
  const base = held((successes + 1) / (count + 2));
  const process = successes === 0 || successes === count ? null : fitLabels({ features, groups, feasible });
  const lead = process === null ? 0 : process.score - baseScore(successes, count) - EVIDENCE;
  const placed = process === null ? 0 : 1 / (1 + exp(Math.min(700, -lead)));
  const width = groups.length;
  return {
    placed,
    logProbabilities(places) {
      const rest = (1 - placed) * base;
      if (process === null) return new Float64Array(places.length / width).fill(log(base));
      return process.probabilities(places).map((own) => log(placed * own + rest));
    },
  };
}

/** The log likelihood of every attempt by the base rate of the others. */
function baseScore(successes: number, count: number): number {
  const ofSuccess = held(successes / (count + 1));
  const ofFailure = held((successes + 1) / (count + 1));
  return successes * log(ofSuccess) + (count - successes) * log(1 - ofFailure);
}

/** The process of the attempts, with the log likelihood of those at each place by those elsewhere; null where it cannot be fitted. */
function fitLabels({ features, groups, feasible }: Attempts) {
  const [first, second] = [openKernel(), openKernel()];
  const values = feasible.map((own) => (own ? 1 : 0));
  const fitted = fitPart(first, { features, groups, values }, "rbf", "identity");
  const member = fitted === null || fitted.isWhole ? (fitted?.part ?? null) : fitted.complete(second);
  if (fitted === null || member === null) return null;
  const kernel = fitted.isWhole ? first : second;
  const { readings } = member;
  const probabilityOf = (mean: number) => held(member.restore(mean));
  const [alpha, precision] = [kernel.alpha(), kernel.inverseDiagonal()];
  let score = 0;
  for (let row = 0; row < readings.count; row++) {
    const mean = readings.means[row] as number;
    const share = Math.min(1, Math.max(0, member.restore(mean)));
    const others = probabilityOf(mean - (alpha[row] as number) / (precision[row] as number));
    score += (readings.replicates[row] as number) * (share * log(others) + (1 - share) * log(1 - others));
  }
  return {
    score,
    probabilities(places: Float64Array) {
      const means = new Float64Array(places.length / groups.length);
      kernel.predictMeans(places, means);
      return means.map(probabilityOf);
    },
  };
}

function held(probability: number): number {
  return Math.min(SURE, Math.max(1 - SURE, probability));
}
