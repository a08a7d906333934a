import type { Random } from "../random/create-random.ts";
import { readable } from "../readable.ts";
import type { StopVerdict } from "./verdict.ts";

/** Beliefs about what is still to be tried, larger being better, all in one unit. */
export interface GainOutlook {
  /** Of each candidate, the mean and the variance of its value. */
  readonly means: Float64Array;
  readonly variances: Float64Array;
  /** The best design so far: mean and variance of its value. */
  readonly incumbent: { readonly mean: number; readonly variance: number };
  /** How many experiments more, and the gain that would be worth them. */
  readonly experiments: number;
  readonly gain: number;
  /** Stop when the probability is below this. */
  readonly enough: number;
}

const SAMPLES = 512;

/**
 * Returns whether the probability that so many more experiments find a design better than the incumbent by more than `gain` has
 * fallen below `enough`; the value is that probability.
 *
 * By 512 draws of all candidates and of the incumbent. The experiments are those that together reach the gain in most draws,
 * one added after the other, as chosen from what is known now. Two approximations, in opposite directions: candidates are drawn
 * independently, though neighbours rise and fall together, which overstates the probability; and the experiments do not
 * learn from one another, which understates it. Linear in candidates, draws and
 * experiments: of a long list, hand in the thousand most promising.
 */
export function littleToGain(outlook: GainOutlook, random: Random): StopVerdict {
  const { experiments, gain, enough } = outlook;
  const reached = drawReaches(outlook, random);
  const open = new Uint8Array(SAMPLES).fill(1);
  let left = SAMPLES;
  for (let i = 0; i < experiments && left > 0; i++) {
    let best: readonly number[] = [];
    let most = 0;
    for (const draws of reached) {
      if (draws.length <= most) continue;
      const fresh = draws.reduce((sum, s) => sum + (open[s] as number), 0);
      if (fresh > most) [best, most] = [draws, fresh];
    }
    if (most === 0) break;
    for (const s of best) open[s] = 0;
    left -= most;
  }
  const value = 1 - left / SAMPLES;
  const stop = value < enough;
  const chance = `the probability that ${experiments} more experiments gain more than ${readable(gain)} is about ${readable(100 * value)} %`;
  return {
    rule: "little-to-gain",
    stop,
    value,
    why: `${chance}, ${stop ? "below" : "not below"} ${readable(100 * enough)} %`,
  };
}

/** Of each candidate, the draws in which it beats the incumbent by more than the gain. */
function drawReaches({ means, variances, incumbent, gain }: GainOutlook, random: Random): number[][] {
  const spread = Math.sqrt(incumbent.variance);
  const bars = Array.from({ length: SAMPLES }, () => incumbent.mean + spread * random.normal() + gain);
  const lowest = bars.reduce((least, bar) => Math.min(least, bar), Number.POSITIVE_INFINITY);
  return Array.from(means, (mean, i) => {
    const sd = Math.sqrt(variances[i] as number);
    // Six standard deviations short of the lowest bar: 512 draws would not show it.
    if (mean + 6 * sd <= lowest) return [];
    return bars.flatMap((bar, s) => (mean + sd * random.normal() > bar ? [s] : []));
  });
}
