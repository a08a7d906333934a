import { logExpectedImprovement } from "../acquisition/log-expected-improvement.ts";
import type { Model } from "../model/fit-model.ts";
import type { Member } from "../model/member.ts";
import { exp } from "../special-functions/exp.ts";
import { greatest } from "./front-choice.ts";
import { outlook } from "./outlook.ts";

/** One more reading of a measured design. */
export interface Telling {
  /** The design's row in the pooled readings. */
  readonly row: number;
  /** What it is expected to better the recommendation by, in standard units of the readings, over its cost. */
  readonly gain: number;
}

// In standard units of the readings. Ten times as much leaves doubts that cost more than the designs tried instead gain (decision 28).
const WORTH_KNOWING = 1e-4;
// In standard units, squared. Repeats that scatter less agree to the last digit shown.
const AGREED = 1e-20;
// One may do so by chance, where few digits are shown.
const FEWEST_AGREED = 2;

/**
 * Returns which of `rows` one more reading of is expected to better the recommendation most, over what `costOf` says it costs; null
 * where none is worth a ten-thousandth of a standard deviation, where two repeats or more all read the same again, and with fewer than two
 * `leaders`, the rows that may be recommended.
 *
 * The knowledge gradient over measured designs (P. Frazier, W. Powell and S. Dayanik, SIAM J. Control Optim. 47 (2008) 2410–2439),
 * averaged over members.
 */
export function mostTelling(
  { members, weights }: Model,
  leaders: readonly number[],
  rows: readonly number[],
  costOf: (row: number) => number,
): Telling | null {
  if (leaders.length < 2 || rows.length === 0 || members.some(({ readings }) => isRepeatable(readings))) return null;
  const gains = new Float64Array(rows.length);
  members.forEach((member, m) => {
    const { means } = member.measured;
    const byMean = leaders.toSorted((a, b) => (means[b] as number) - (means[a] as number) || a - b);
    const [first, second] = byMean as [number, number];
    rows.forEach((row, i) => {
      const { mean, spread } = outlook(member, row, 0, 0);
      const rival = means[row === first ? second : first] as number;
      // The leader's own reading matters by how far it may fall below its rival.
      const lead = row === first ? 2 * rival - mean : mean;
      const own = exp(Math.max(-700, logExpectedImprovement(lead, spread, rival)));
      gains[i] = (gains[i] as number) + (weights[m] as number) * own;
    });
  });
  if (!gains.some((gain) => gain > WORTH_KNOWING)) return null;
  const priced = gains.map((gain, i) => gain / costOf(rows[i] as number));
  const at = greatest(priced);
  return { row: rows[at] as number, gain: priced[at] as number };
}

function isRepeatable({ readings, count, scatter }: Member["readings"]): boolean {
  return readings - count >= FEWEST_AGREED && scatter <= AGREED * readings;
}
