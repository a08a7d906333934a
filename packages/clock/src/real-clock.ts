import type { Cancel, Clock } from "@labloop/contracts";

/** The longest delay a Node timer takes; longer waits are taken in pieces. */
const longestDelayMs = 2 ** 31 - 1;

/** Returns the wall clock, steadied: it follows the monotonic clock, so it never goes back when the host's time is set. */
export function createRealClock(): Clock {
  return createScaledClock({ labAt: wallNow(), wallAt: wallNow(), scale: 1 });
}

/** Milliseconds since 1970, from the monotonic clock and the time at which this process began. */
export function wallNow(): number {
  return performance.timeOrigin + performance.now();
}

/**
 * Returns a lab clock that stood at `labAt` when the wall clock stood at `wallAt`, and runs `scale` times as fast.
 *
 * The anchor is data, so a restarted process finds the lab where it has got to meanwhile.
 */
export function createScaledClock(anchor: { labAt: number; wallAt: number; scale: number }): Clock {
  const { labAt, wallAt, scale } = anchor;
  const now = () => Math.floor(labAt + (wallNow() - wallAt) * scale);
  return {
    now,
    at(time, fire): Cancel {
      let timeout: NodeJS.Timeout | undefined;
      let immediate: NodeJS.Immediate | undefined;
      const arm = () => {
        const wait = Math.ceil((time - now()) / scale);
        // What is due waits for what has come in already, not for the millisecond that Node's shortest timer takes.
        if (wait <= 0) {
          immediate = setImmediate(fire);
          return;
        }
        timeout = setTimeout(
          () => {
            // Node may fire up to a millisecond early, which is seconds of a fast lab.
            if (now() < time) arm();
            else fire();
          },
          Math.min(wait, longestDelayMs),
        );
      };
      arm();
      return () => {
        clearTimeout(timeout);
        clearImmediate(immediate);
      };
    },
  };
}
