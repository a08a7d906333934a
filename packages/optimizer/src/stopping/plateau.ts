import { readable } from "../readable.ts";
import type { StopVerdict } from "./verdict.ts";

/**
 * Returns whether the last `window` readings have raised the best by no more than `share` of the range of all readings.
 *
 * `readings` are in the order measured, larger being better; the value is that raise as a share of the range, 0 where they
 * have no range. Never stops before there are `window` readings after the first.
 */
export function plateau(readings: readonly number[], window: number, share: number): StopVerdict {
  const rule = "plateau";
  if (readings.length <= window) {
    const why = `only ${readings.length} readings so far, too few to compare the last ${window} with those before`;
    return { rule, stop: false, value: Number.POSITIVE_INFINITY, why };
  }
  const best = (list: readonly number[]) => list.reduce((most, reading) => Math.max(most, reading));
  const range = best(readings) - readings.reduce((least, reading) => Math.min(least, reading));
  const raise = best(readings) - best(readings.slice(0, -window));
  const value = range === 0 ? 0 : raise / range;
  const stop = value <= share;
  const raised = `the last ${window} readings raised the best by ${readable(100 * value)} % of the range of all`;
  return { rule, stop, value, why: `${raised}, ${stop ? "no more than" : "more than"} ${readable(100 * share)} %` };
}
