import type { CandidateBeliefs, GainsOf } from "../acquisition/sampled-outcomes.ts";
import type { Chances } from "./chances.ts";
import { flatten } from "../space/flatten.ts";
import { outcomeBeliefs, type QuantityView } from "./outcome-beliefs.ts";

/** What is believed of candidates, by their indices; at a glance the variances are those of a part of many readings. */
export interface FrontScores {
  /** Returns the encoded candidates, row-major. */
  placesOf(indices: readonly number[]): Float64Array;
  beliefsAt(indices: readonly number[], atGlance?: boolean): CandidateBeliefs;
  /** Returns ln of each one's chance to be of use over its cost. */
  factorsOf(indices: readonly number[], atGlance?: boolean): Float64Array;
  /** Returns ln of each one's gain times that. */
  scoresOf(indices: readonly number[], gainsOf: GainsOf, atGlance?: boolean): Float64Array;
}

/** Returns the scores of candidates as the models, and what was believed into them, stand at each call. */
export function frontScores(
  {
    candidates,
    chances,
    logCostOf,
  }: {
    readonly candidates: readonly Float64Array[];
    readonly chances: Chances | null;
    readonly logCostOf: ((index: number) => number) | null;
  },
  views: readonly QuantityView[],
): FrontScores {
  const featuresOf = (indices: readonly number[]) => indices.map((index) => candidates[index] as Float64Array);
  const scores: FrontScores = {
    placesOf: (indices) => flatten(featuresOf(indices)),
    beliefsAt: (indices, atGlance = false) => outcomeBeliefs(views, scores.placesOf(indices), indices.length, atGlance),
    factorsOf(indices, atGlance = false) {
      const chance = chances?.logAt(featuresOf(indices), atGlance) ?? new Float64Array(indices.length);
      return chance.map((own, i) => own - (logCostOf?.(indices[i] as number) ?? 0));
    },
    scoresOf(indices, gainsOf, atGlance = false) {
      const factors = scores.factorsOf(indices, atGlance);
      return gainsOf(scores.beliefsAt(indices, atGlance)).map((gain, i) => gain + (factors[i] as number));
    },
  };
  return scores;
}
