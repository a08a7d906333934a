import type { OutcomeConstraint } from "@labloop/contracts";
import { logProbabilityWithin } from "../acquisition/log-probability-within.ts";
import { learnFeasibility } from "../feasibility/learn-feasibility.ts";
import { openKernel } from "../kernel/open-kernel.ts";
import { fitMember } from "../model/fit-member.ts";
import type { Space } from "../space/space.ts";
import { exp } from "../special-functions/exp.ts";
import { padCensored } from "../study/pad-censored.ts";
import type { TrialReadings } from "../study/read-trials.ts";

/** How likely designs are to be of use: that they can be made, and that what is measured there keeps its bounds. */
export interface Chances {
  /** Returns the probability, from 0 to 1, of each encoded design. */
  at(features: readonly Float64Array[]): Float64Array;
  /** Returns whether the measured quantities of an encoded design are more likely within their bounds than not. */
  keeps(features: Float64Array): boolean;
}

/**
 * Returns what trials that failed and the outcome constraints say of designs; null where there are neither. Quantities are taken to be
 * independent; one that was never read says nothing.
 */
export function chancesOf(space: Space, readings: TrialReadings): Chances | null {
  const { outcomeConstraints } = space.study;
  if (outcomeConstraints.length === 0 && readings.infeasible.length === 0) return null;
  const attempts = [...readings.feasible, ...readings.infeasible];
  const made =
    readings.infeasible.length === 0
      ? null
      : learnFeasibility({
          features: attempts.map((trial) => readings.features[trial] as Float64Array),
          feasible: attempts.map((_, i) => i < readings.feasible.length),
        });
  const limits = outcomeConstraints.flatMap((constraint) => limitOf(space, readings, constraint) ?? []);
  const kept = (features: Float64Array) => limits.reduce((sum, limit) => sum + limit(features), 0);
  return {
    at: (features) => Float64Array.from(features, (place) => exp(kept(place) + (made?.logProbability(place) ?? 0))),
    keeps: (features) => exp(kept(features)) > 0.5,
  };
}

/** ln of the probability that one quantity keeps its bounds, by one Gaussian process of its readings. */
function limitOf(
  space: Space,
  readings: TrialReadings,
  { name, min, max }: OutcomeConstraint,
): ((features: Float64Array) => number) | null {
  const read = padCensored(readings.quantities.get(name) ?? { exact: [], censored: [] });
  if (read.length === 0) return null;
  const member = fitMember(
    openKernel(),
    {
      features: read.map(({ trial }) => readings.features[trial] as Float64Array),
      groups: space.groups,
      values: read.map(({ value }) => value),
    },
    "matern-5/2",
    "identity",
  );
  if (member === null) return null;
  return (features) => {
    const { means, variances } = member.predict(features);
    const mean = member.restore(means[0] as number);
    const spread = member.restore((means[0] as number) + Math.sqrt(variances[0] as number)) - mean;
    return logProbabilityWithin(mean, spread * spread, min, max);
  };
}
