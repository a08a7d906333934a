/** `LABLOOP_FUZZ_RUNS` sets how often every property is tried, for a longer search, which then has a seed of its own. */
const wanted = process.env["LABLOOP_FUZZ_RUNS"];

/** Returns how often a property is tried: `usual` times by default, and then with the same values on every machine. */
export function runsOf(usual: number): { readonly numRuns: number; readonly seed?: number } {
  return wanted === undefined ? { numRuns: usual, seed: 20_260 } : { numRuns: Number(wanted) };
}
