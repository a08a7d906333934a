/** `LABLOOP_FUZZ_RUNS` multiplies what every property tries, for a longer search, which then has seeds of its own. */
const factor = process.env["LABLOOP_FUZZ_RUNS"];

/** Returns how often a property is tried, `usual` times by default and then with the same values on every machine. */
export function runsOf(usual: number): { readonly numRuns: number; readonly seed?: number } {
  return factor === undefined ? { numRuns: usual, seed: 20_260 } : { numRuns: usual * Number(factor) };
}
