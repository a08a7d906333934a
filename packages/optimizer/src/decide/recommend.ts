import type { Model } from "../model/fit-model.ts";
import type { Member } from "../model/member.ts";
import { reachOf } from "./reach-of.ts";
import { widening } from "./widening.ts";
import { normalCdf } from "../special-functions/normal.ts";

/** The measured design that is believed best. */
interface Recommendation {
  /** Its row in the pooled readings of the members. */
  readonly row: number;
  /** The value of the design, in the unit of the readings (larger is better there). */
  readonly value: number;
  /** Central 90 % of the belief about it. */
  readonly interval90: readonly [number, number];
}

const Z95 = 1.6448536269514722;
// In ranges of the readings. Of skewed readings the best designs lie several beyond them; what a bend says beyond ten is how it ends.
const REACH = 10;

/** Returns the measured design of the highest weighted mean among `rows`, at least one; ties go to the one listed first. */
export function recommend(model: Model, rows: readonly number[]): Recommendation {
  const count = model.members[0]?.readings.count ?? 0;
  const means = weighted(model, count, (member, own) => member.measured.means[own] as number);
  const row = rows.reduce((most, own) => ((means[own] as number) > (means[most] as number) ? own : most));
  return { row, ...measuredBelief(model, row) };
}

/** Returns what is believed of a measured design, by its row in the pooled readings. */
export function measuredBelief({ members, weights }: Model, row: number): Omit<Recommendation, "row"> {
  return describe(
    weights,
    members.map((member) => {
      const { means, variances } = member.measured;
      return designBelief(member, means[row] as number, variances[row] as number);
    }),
  );
}

/** Returns what a member believes of a design, in its units, as it is told: with spreads that hold what they say, and no more than ten ranges of the readings beyond them where it bends them. */
export function designBelief(member: Member, mean: number, variance: number): DesignBelief {
  // What is not bent has no end.
  const within = member.shape === "identity" ? (value: number) => value : reachOf(member, REACH);
  return {
    mean,
    spread: widening(member) * Math.sqrt(variance),
    place: (value) => member.place(value),
    restore: (value) => within(member.restore(value)),
  };
}

/** One member's belief about one design, in its own standard units. */
interface DesignBelief {
  readonly mean: number;
  readonly spread: number;
  readonly place: (value: number) => number;
  readonly restore: (value: number) => number;
}

/**
 * Returns the median and the central 90 % of a mixture of beliefs, in the unit of the readings: bends are monotone, so
 * quantiles may be taken before them and restored.
 */
export function describe(
  weights: readonly number[],
  beliefs: readonly DesignBelief[],
): { value: number; interval90: readonly [number, number] } {
  const quantile = (probability: number, z: number) => {
    const own = beliefs.map(({ mean, spread, restore }) => finite(restore(mean + z * spread)));
    let low = Math.min(...own);
    let high = Math.max(...own);
    if (!(high > low)) return low;
    const below = (value: number) =>
      beliefs.reduce((sum, belief, i) => sum + (weights[i] as number) * cumulative(belief, value), 0);
    for (let step = 0; step < 60; step++) {
      // Halved one by one: the difference of two doubles may be beyond the last.
      const middle = low / 2 + high / 2;
      if (below(middle) < probability) low = middle;
      else high = middle;
    }
    return low / 2 + high / 2;
  };
  return { value: quantile(0.5, 0), interval90: [quantile(0.05, -Z95), quantile(0.95, Z95)] };
}

/** Returns the number, or the end of the range of doubles that it left: Infinity has no place in JSON. */
function finite(value: number): number {
  return Math.min(Math.max(value, -Number.MAX_VALUE), Number.MAX_VALUE);
}

/** The probability that the value lies below one in the unit of the readings. */
function cumulative({ mean, spread, place }: DesignBelief, value: number): number {
  const own = place(value);
  if (spread > 0) return normalCdf((own - mean) / spread);
  return own > mean ? 1 : 0;
}

function weighted(
  { members, weights }: Model,
  rows: number,
  read: (member: Model["members"][number], row: number) => number,
): Float64Array {
  const sums = new Float64Array(rows);
  members.forEach((member, m) => {
    for (let row = 0; row < rows; row++) sums[row] = (sums[row] as number) + (weights[m] as number) * read(member, row);
  });
  return sums;
}
