import { log } from "../special-functions/log.ts";

// Of the longest distance: designs that are told apart by less are as crowded.
const RESOLUTION = 1e3;

/**
 * Returns how unevenly a list fills its space: the standard deviation of the logarithms of its designs' mean distances to the nearest five.
 *
 * Of 29 published tables that are no grids it is 0.14 to 1.25; a list drawn evenly has about a quarter, one that crowds where it was good
 * 1 and more (decision 88).
 */
export function unevenness(distances: Float64Array): number {
  const { length } = distances;
  const longest = distances.reduce((most, own) => Math.max(most, own), 0);
  if (!(longest > 0 && longest < Number.POSITIVE_INFINITY)) return 0;
  const logs = distances.map((own) => log(Math.max(own / longest, 1 / RESOLUTION)));
  const middle = logs.reduce((sum, own) => sum + own, 0) / length;
  return Math.sqrt(logs.reduce((sum, own) => sum + (own - middle) ** 2, 0) / length);
}
