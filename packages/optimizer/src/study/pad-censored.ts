import type { ExactReading, QuantityReadings } from "./read-trials.ts";

/**
 * Returns one number per reading, censored ones included, in the order of the trials.
 *
 * What is below the range counts as the least number read or the bound, whichever is less, and what is above as the greatest
 * or the bound: so a failed reading is never better than one that succeeded. Floor padding, Y. K. Wakabayashi et al., npj
 * Comput. Mater. 8 (2022) 180.
 */
export function padCensored({ exact, censored }: QuantityReadings): ExactReading[] {
  const least = exact.reduce((min, { value }) => Math.min(min, value), Number.POSITIVE_INFINITY);
  const greatest = exact.reduce((max, { value }) => Math.max(max, value), Number.NEGATIVE_INFINITY);
  const padded = censored.map(
    ({ trial, side, bound }): ExactReading => ({
      trial,
      value: side === "below" ? Math.min(bound, least) : Math.max(bound, greatest),
      uncertainty: null,
    }),
  );
  return [...exact, ...padded].sort((a, b) => a.trial - b.trial);
}
