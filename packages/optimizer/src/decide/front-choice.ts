import type { CandidateBeliefs, FieldGains } from "../acquisition/sampled-outcomes.ts";
import type { Member } from "../model/member.ts";
import type { Ambition } from "./ambition.ts";
import { beliefsAbout, certainShare } from "./front-gains.ts";
import { type Rival, rivalOf } from "./rival.ts";

/** Why a candidate was picked for several quantities. */
export interface FrontChoice {
  readonly rule: Ambition["name"] | "feasibility" | "confirmation";
  /** ln of the expected gain, or of what ranks the candidates where none gains, times the chance to be of use, over the cost; for feasibility, ln of the chance; for a confirmation, 0. */
  readonly value: number;
  /** Among how many candidates it was picked. */
  readonly compared: number;
  /** The share of the expected gain that would be had if every mean were certain, from 0 to 1; null where no gain was expected of any. */
  readonly exploit: number | null;
  /** Its index is among all candidates. */
  readonly rival: Rival | null;
}

/** Candidates to choose among. */
export interface FrontField {
  /** Their indices among all candidates. */
  readonly compared: readonly number[];
  /** Encoded, row-major. */
  readonly places: Float64Array;
  readonly beliefs: CandidateBeliefs;
  /** Added to the logarithm of each gain. */
  readonly factors: Float64Array;
  readonly gains: FieldGains;
}

/** Returns the candidate of the greatest gain, and by what; ties go to the first. `groups` and `member` tell what is far apart. */
export function chooseForFront(
  rule: FrontChoice["rule"],
  field: FrontField,
  groups: Int32Array,
  member: Member,
): { readonly index: number; readonly choice: FrontChoice } {
  const { compared, places, beliefs, factors, gains } = field;
  const { gainsOf } = gains;
  const scores = gainsOf(beliefs).map((gain, i) => gain + (factors[i] as number));
  const at = greatest(scores);
  const second = rivalOf(scores, at, places, groups, member);
  const other = beliefsAbout(beliefs, second, compared.length);
  const scoreAt = (deviations: number) => {
    const means = other.means.map((mean, j) => mean + deviations * Math.sqrt(other.variances[j] as number));
    return (factors[second] as number) + (gainsOf({ means, variances: other.variances })[0] as number);
  };
  return {
    index: compared[at] as number,
    choice: {
      rule,
      value: scores[at] as number,
      compared: compared.length,
      exploit: certainShare(gains, beliefsAbout(beliefs, at, compared.length)),
      rival: second < 0 ? null : { index: compared[second] as number, scoreAt },
    },
  };
}

/** Returns the index of the greatest score, the first of equals. */
export function greatest(scores: ArrayLike<number>): number {
  let most = 0;
  for (let i = 1; i < scores.length; i++) if ((scores[i] as number) > (scores[most] as number)) most = i;
  return most;
}
