import type { Clock } from "@labloop/contracts";

/** Longest delay that a browser's timer takes, in ms. */
const longestMs = 2 ** 31 - 1;

/** Returns the browser's time as a clock; the one place of the page that reads it. It never goes back, even if the machine's does. */
export function createBrowserClock(): Clock {
  // oxlint-disable-next-line no-restricted-properties -- this is the page's clock
  const origin = performance.timeOrigin;
  // oxlint-disable-next-line no-restricted-properties -- this is the page's clock
  const now = () => origin + performance.now();
  return {
    now,
    at(time, fire) {
      // oxlint-disable-next-line no-restricted-globals -- this is the page's clock
      const timer = setTimeout(fire, Math.min(longestMs, Math.max(0, Math.ceil(time - now()))));
      return () => clearTimeout(timer);
    },
  };
}
