/** The window of the first wait and of the longest (contract T3). */
const firstWindowMs = 250;
const longestWindowMs = 15_000;

/** Waits between attempts to connect; deals each one out and starts small again after `reset`. */
interface BackOff {
  nextMs(): number;
  reset(): void;
}

/**
 * Returns waits with full jitter: each is drawn evenly from a window that doubles from 0.25 s to 15 s, so that a lab full
 * of drivers does not fall upon a restarted broker at one instant. `jitter` draws from [0, 1).
 */
export function createBackOff(jitter: () => number): BackOff {
  let windowMs = firstWindowMs;
  return {
    nextMs() {
      const waitMs = jitter() * windowMs;
      windowMs = Math.min(windowMs * 2, longestWindowMs);
      return waitMs;
    },
    reset() {
      windowMs = firstWindowMs;
    },
  };
}
