import type { Model } from "../model/fit-model.ts";
import { flatten } from "../space/flatten.ts";

// To believe one more costs the square of how many there are: a thousand take seconds, and most are far from where a choice falls.
const MOST = 256;

/**
 * Returns which of the encoded pending designs models are to believe, in their order: all where they are few, else those for which all
 * models together hope for most, mean and standard deviation in standard units, since that is where the next would be chosen again;
 * the last ones where there is no model.
 */
export function believedPending(pending: readonly Float64Array[], models: readonly Model[]): readonly Float64Array[] {
  if (pending.length <= MOST) return pending;
  if (models.length === 0) return pending.slice(-MOST);
  const places = flatten(pending);
  const hopes = new Float64Array(pending.length);
  for (const { members, weights } of models) {
    members.forEach((member, m) => {
      const { means, variances } = member.predict(places);
      const weight = weights[m] as number;
      for (let i = 0; i < hopes.length; i++) {
        const hope = (means[i] as number) + Math.sqrt(variances[i] as number);
        hopes[i] = (hopes[i] as number) + weight * hope;
      }
    });
  }
  const kept = [...hopes.keys()].sort((a, b) => (hopes[b] as number) - (hopes[a] as number) || a - b).slice(0, MOST);
  return kept.sort((a, b) => a - b).map((index) => pending[index] as Float64Array);
}
