import type { Random } from "../random/create-random.ts";
import { exp } from "../special-functions/exp.ts";
import { log } from "../special-functions/log.ts";
import { isNothing, logDrawnGains } from "./drawn-gain.ts";
import { logFeasibility } from "./log-feasibility.ts";
import { type CandidateBeliefs, type FieldGains, outcomesOf, type SampledOutcomes } from "./sampled-outcomes.ts";

/** How desirable one quantity is: not at `worst` and beyond, fully at `best`, in proportion between; `worst` is less. */
export interface DesirabilityScale {
  readonly worst: number;
  readonly best: number;
  /** Where it ceases to be desirable again, above `best`; without it everything beyond `best` is fully desirable. */
  readonly beyond?: number | undefined;
  /** Positive. */
  readonly weight: number;
}

const LIGHT = 1e-100;
const HEAVY = 1e100;

/**
 * Returns the overall desirability of an outcome, from 0 to 1: the weighted geometric mean of its quantities', so that nothing
 * makes up for one that is unacceptable (G. Derringer and R. Suich, J. Qual. Technol. 12 (1980) 214–219).
 */
export function desirability(outcome: ArrayLike<number>, scales: readonly DesirabilityScale[]): number {
  const heaviest = scales.reduce((most, { weight }) => Math.max(most, weight), 0);
  // Only their ratios matter: sums of weights near the ends of the range of doubles would leave it.
  const unit = heaviest > LIGHT && heaviest < HEAVY ? 1 : heaviest;
  let sum = 0;
  let total = 0;
  for (let j = 0; j < scales.length; j++) {
    const weight = (scales[j] as DesirabilityScale).weight / unit;
    const share = desirableShare(outcome[j] as number, scales[j] as DesirabilityScale);
    if (share <= 0) return 0;
    if (share < 1) sum += weight * log(share);
    total += weight;
  }
  return exp(sum / total);
}

/** Returns how desirable a value is in proportion: at most 0 where it is not acceptable, the less the further off, at least 1 fully. */
export function desirableShare(value: number, { worst, best, beyond }: DesirabilityScale): number {
  // By halves, since a difference may be beyond the range of doubles.
  if (beyond !== undefined && value > best) return ratio(beyond / 2 - value / 2, beyond / 2 - best / 2);
  return ratio(value / 2 - worst / 2, best / 2 - worst / 2);
}

/** Of a range in which no double lies, what is above its lower end is beyond its upper. */
function ratio(part: number, whole: number): number {
  if (whole !== 0) return part / whole;
  return part > 0 ? 1 : 0;
}

/**
 * Returns what tells, per candidate, the logarithm of its expected gain in desirability. Where no candidate of the field believed in is
 * expected to gain any, and nothing so far is acceptable or no draw of theirs is, it is the logarithm of the probability that a
 * candidate is acceptable in every quantity.
 *
 * Which of the two is settled by the field: told of a few candidates alone, a likely one without a gain would outdo them all. Beside
 * something acceptable what is likeliest to be acceptable is no better: there the tail of a gain of nothing tells who comes near.
 */
export function logDesirabilityGains(
  sampled: SampledOutcomes,
  scales: readonly DesirabilityScale[],
  field: CandidateBeliefs,
  random: Random,
): FieldGains {
  const gainsOf = logDrawnGains(sampled, (outcome) => desirability(outcome, scales), random);
  const gains = gainsOf(field);
  if (!isNothing(gains)) return { gainsOf, isNil: false };
  const isAlike = gains.every((gain) => gain === gains[0]);
  if (!isAlike && isAnyDesirable(sampled, scales)) return { gainsOf, isNil: true };
  const limits = scales.map(({ worst, beyond }) => ({ min: worst, max: beyond }));
  return { gainsOf: (beliefs) => logFeasibility(beliefs, limits), isNil: true };
}

function isAnyDesirable(sampled: SampledOutcomes, scales: readonly DesirabilityScale[]): boolean {
  return Array.from({ length: sampled.samples }, (_, s) => s).some((s) =>
    outcomesOf(sampled, s).some((outcome) => desirability(outcome, scales) > 0),
  );
}
