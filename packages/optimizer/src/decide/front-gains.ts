import type { CandidateBeliefs, FieldGains } from "../acquisition/sampled-outcomes.ts";
import { exp } from "../special-functions/exp.ts";

/** Returns the beliefs about one candidate of several. */
export function beliefsAbout(
  { means, variances }: CandidateBeliefs,
  candidate: number,
  count: number,
): CandidateBeliefs {
  const own = (values: Float64Array) => values.filter((_, at) => at % count === candidate);
  return { means: own(means), variances: own(variances) };
}

/** Returns beliefs as if the outcomes were certain. */
export function certain(means: Float64Array): CandidateBeliefs {
  return { means, variances: new Float64Array(means.length) };
}

/**
 * Returns the share, from 0 to 1, of one candidate's expected gain that would be had if its outcomes were certain at their means; null
 * where no candidate of the field gains anything.
 */
export function certainShare({ gainsOf, isNil }: FieldGains, beliefs: CandidateBeliefs): number | null {
  if (isNil) return null;
  const [expected] = gainsOf(beliefs);
  const [known] = gainsOf(certain(beliefs.means));
  if (expected === undefined || known === undefined || expected === Number.NEGATIVE_INFINITY) return 0;
  return Math.min(1, exp(known - expected));
}
