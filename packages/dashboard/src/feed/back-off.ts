const firstMs = 500;
const longestMs = 15_000;

/**
 * How long to wait before the next try after `failures` of them in a row, in ms: doubling from half a second to a quarter
 * of a minute, of which the last half is left to chance so that many pages do not come back at once. `chance` is in [0, 1).
 */
export function backOffMs(failures: number, chance: number): number {
  const ceiling = Math.min(longestMs, firstMs * 2 ** Math.max(0, failures - 1));
  return ceiling / 2 + (ceiling / 2) * chance;
}
