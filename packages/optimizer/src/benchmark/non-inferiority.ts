import { createRandom } from "../random/create-random.ts";
import { quantile } from "./bootstrap.ts";
import { WORST } from "./score-of.ts";

/** How a method compares with another one, seed by seed. */
export interface Comparison {
  /** Its score less the other's, from -1000 to 1000, so below 0 is better, with the central 95 % of the resamples. */
  readonly difference: number;
  readonly low: number;
  readonly high: number;
  /** Share of resamples in which it is worse by the margin or more: small where it is shown not to be. */
  readonly p: number;
}

const RESAMPLES = 10_000;
const SEED = 29;

/**
 * Returns the paired comparison of two methods by their regret areas and those of random search, each over the same seeds in
 * the same order; `margin` is a share of random search's. Where random search lacks nothing, whoever lacks more is worse by 1000, the most
 * that a difference is. Few seeds make `p` too small: a resample knows no worse campaign than
 * those that were played.
 */
export function compareAreas(
  ours: readonly number[],
  other: readonly number[],
  random: readonly number[],
  margin: number,
): Comparison {
  const campaigns = ours.length;
  const differenceOf = (indices: readonly number[]) => {
    const ofRandom = indices.reduce((sum, i) => sum + (random[i] as number), 0);
    const more = indices.reduce((sum, i) => sum + (ours[i] as number) - (other[i] as number), 0);
    return more === 0 ? 0 : Math.min(WORST, Math.max(-WORST, more / Math.max(0, ofRandom)));
  };
  const draw = createRandom(SEED);
  const resampled = Array.from({ length: RESAMPLES }, () =>
    differenceOf(Array.from({ length: campaigns }, () => Math.floor(draw.uniform() * campaigns))),
  );
  return {
    difference: differenceOf(Array.from({ length: campaigns }, (_, i) => i)),
    low: quantile(resampled, 0.025),
    high: quantile(resampled, 0.975),
    p: (1 + resampled.filter((value) => value >= margin).length) / (RESAMPLES + 1),
  };
}

/** Returns which of several comparisons are shown when all of them together may err with probability `level`: Holm's step-down. */
export function shownTogether(ps: readonly number[], level: number): boolean[] {
  const rising = ps.map((p, i) => ({ p, i })).toSorted((a, b) => a.p - b.p);
  const failed = rising.findIndex(({ p }, k) => p > level / (rising.length - k));
  const shown = new Set((failed < 0 ? rising : rising.slice(0, failed)).map(({ i }) => i));
  return ps.map((_, i) => shown.has(i));
}
