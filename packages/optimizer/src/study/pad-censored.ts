import { openKernel } from "../kernel/open-kernel.ts";
import { fitPart } from "../model/fit-member.ts";
import type { CensoredReading, ExactReading, QuantityReadings } from "./read-trials.ts";

/**
 * Returns one number per reading, censored ones included, in the order of the trials; `features` holds the encoded design of each trial,
 * `groups` the lengthscale group of each feature.
 *
 * A bound beyond every exact reading counts as read, so that a failed reading is never better than one that succeeded: floor padding,
 * Y. K. Wakabayashi et al., npj Comput. Mater. 8 (2022) 180. Any other bound says little: there the reading is what one process of
 * all that is settled expects, at most the bound or at least, the mode of its belief truncated there, and never beyond what was read.
 */
export function padCensored(
  { exact, censored }: QuantityReadings,
  features: readonly (Float64Array | null)[],
  groups: Int32Array,
): ExactReading[] {
  const least = exact.reduce((min, { value }) => Math.min(min, value), Number.POSITIVE_INFINITY);
  const greatest = exact.reduce((max, { value }) => Math.max(max, value), Number.NEGATIVE_INFINITY);
  const isSettled = ({ side, bound }: CensoredReading) => (side === "below" ? bound <= least : bound >= greatest);
  const at = ({ trial }: CensoredReading, value: number): ExactReading => ({ trial, value, uncertainty: null });
  const settled = [...exact, ...censored.filter(isSettled).map((own) => at(own, own.bound))];
  const open = censored.filter((own) => !isSettled(own));
  const means = open.length === 0 ? [] : expectedAt(settled, open, features, groups);
  const held = open.map((own, i) => {
    const mean = Math.min(greatest, Math.max(least, means[i] as number));
    return at(own, own.side === "below" ? Math.min(own.bound, mean) : Math.max(own.bound, mean));
  });
  return [...settled, ...held].sort((a, b) => a.trial - b.trial);
}

/** What a process of settled readings expects at others, in their unit; the mean of all where none can be fitted. */
function expectedAt(
  settled: readonly ExactReading[],
  others: readonly CensoredReading[],
  features: readonly (Float64Array | null)[],
  groups: Int32Array,
): number[] {
  const placeOf = ({ trial }: { readonly trial: number }) => features[trial] as Float64Array;
  const values = settled.map(({ value }) => value);
  const uncertainties = settled.map(({ uncertainty }) => uncertainty);
  const evidence = { features: settled.map(placeOf), groups, values, uncertainties };
  const process = fitPart(openKernel(), evidence, "matern-5/2", "identity")?.part;
  return others.map((own) => {
    if (process === undefined) return values.reduce((sum, value) => sum + value / values.length, 0);
    return process.restore(process.predict(placeOf(own)).means[0] as number);
  });
}
