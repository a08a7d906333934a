/** `LABLOOP_FUZZ_RUNS` sets how often every property is tried, for a longer search, which then has a seed of its own. */
const wanted = process.env["LABLOOP_FUZZ_RUNS"];

/**
 * Returns how often a property is tried: `usual` times by default, and then with the same values on every machine. What
 * fails is told by seed and path as it is: to shrink 300 kB byte by byte takes minutes.
 */
export function runsOf(usual: number): { numRuns: number; seed?: number; endOnFailure: true } {
  const endOnFailure = true;
  return wanted === undefined
    ? { numRuns: usual, seed: 20_260, endOnFailure }
    : { numRuns: Number(wanted), endOnFailure };
}
