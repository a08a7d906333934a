/** Returns waits that double from `firstMs` to `longestMs`. Without jitter: a device shares its wire with nobody. */
export function createBackOff(firstMs: number, longestMs: number): { next(): number; reset(): void } {
  let waitMs = firstMs;
  return {
    next() {
      const now = waitMs;
      waitMs = Math.min(2 * waitMs, longestMs);
      return now;
    },
    reset() {
      waitMs = firstMs;
    },
  };
}
