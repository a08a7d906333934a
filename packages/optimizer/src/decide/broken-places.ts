import type { OutcomeConstraint } from "@labloop/contracts";
import { meanReading } from "@labloop/contracts/front-standing";
import type { TrialReadings } from "../study/read-trials.ts";
import { keyOf } from "../space/key-of.ts";

/**
 * Returns the encoded places where the mean of what was read breaks a limit. A reading beyond the range of the instrument may be anything
 * beyond its bound: where the mean may lie on either side of the limit, it breaks nothing.
 */
export function brokenPlaces({ features, quantities }: TrialReadings, limit: OutcomeConstraint): string[] {
  const { name, min, max } = limit;
  const { exact, censored } = quantities.get(name) ?? { exact: [], censored: [] };
  const ends = [
    ...exact.map(({ trial, value }) => ({ trial, low: value, high: value, open: false })),
    ...censored.map(({ trial, side, bound }) => ({
      trial,
      low: side === "above" ? bound : Number.NEGATIVE_INFINITY,
      high: side === "below" ? bound : Number.POSITIVE_INFINITY,
      open: true,
    })),
  ];
  const read = Map.groupBy(ends, ({ trial }) => keyOf(features[trial] as Float64Array));
  return [...read].flatMap(([place, own]) => {
    const low = meanReading(own.map((one) => one.low));
    const high = meanReading(own.map((one) => one.high));
    const isOpen = own.some(({ open }) => open);
    // What lies below the least allowed, or above the most, does so however little.
    const under = min !== undefined && (high < min || (isOpen && high === min));
    const over = max !== undefined && (low > max || (isOpen && low === max));
    return under || over ? [place] : [];
  });
}
