import type { Model } from "../model/fit-model.ts";
import { exp } from "../special-functions/exp.ts";
import { log } from "../special-functions/log.ts";
import { logNormalCdf } from "../special-functions/normal.ts";
import { studentDeviate } from "../special-functions/student-deviate.ts";

/** A reading that the others do not explain. */
export interface Outlier {
  /** Its row in the pooled readings of the models. */
  readonly row: number;
  /** The reading and what the others foretell, in the unit of the readings, larger being better. */
  readonly value: number;
  readonly foretold: number;
  /** The probability, 0 to 1, that of so many readings any lies so far off by chance. */
  readonly chance: number;
}

// Of fewer readings what others foretell is a guess: of 8 random readings of shared pools one in ten would be told an outlier, of 12 to 60 one in ninety.
const FEWEST = 12;
const UNLIKELY = 1e-3;

/**
 * Returns the reading that lies farthest from what the others foretell where chance would hardly have put it there; null where there is none, or where
 * readings are too few to tell.
 *
 * An outlier widens the spread that it is measured in, so no distance is more than √n of them. Measured in the spread of the others it is
 * t = z·√((n - 2) / (n - 1 - z²)), Student's with n - 2 degrees of freedom (R. D. Cook and S. Weisberg, "Residuals and Influence in
 * Regression", 1982, section 2.2.2), and of n readings on both sides any is one of 2n.
 */
export function findOutlier({ members, weights }: Model): Outlier | null {
  const judged = members.flatMap((member, m) =>
    member.looFarthest === null ? [] : [{ member, farthest: member.looFarthest, weight: weights[m] as number }],
  );
  const [first] = judged;
  if (first === undefined) return null;
  const { member, farthest } = judged.reduce((most, own) => (own.weight > most.weight ? own : most), first);
  const { count, means } = member.readings;
  if (count < FEWEST) return null;
  const left = count - 1 - farthest.square;
  const deviate = left > 0 ? studentDeviate(Math.sqrt((farthest.square * (count - 2)) / left), count - 2) : Infinity;
  const chance = Math.min(1, exp(log(2 * count) + logNormalCdf(-deviate)));
  if (!(chance < UNLIKELY)) return null;
  const value = member.restore(means[farthest.row] as number);
  const foretold = member.restore(farthest.foretold);
  return Number.isFinite(value) && Number.isFinite(foretold) ? { row: farthest.row, value, foretold, chance } : null;
}
