import type { Log } from "@labloop/contracts";

/** Contract section 10. */
const keptBeats = 60;
const warnAboveMs = 2_000;

/** What the engine's heartbeats tell of its wall clock. */
export interface EngineClock {
  /** Takes a heartbeat: the instant that it names, and the device's at its receipt. */
  heard(epoch: number, at: number, receivedAt: number): void;
  /**
   * How far the device's wall clock is ahead of the engine's at most, ms: the least of (receipt - `at`) over the last 60
   * heartbeats. Null before the first one.
   */
  offsetMs(): number | null;
}

/** Returns an engine clock that has heard nothing. */
export function createEngineClock(log: Log): EngineClock {
  let offsets: number[] = [];
  let latestEpoch = 0;
  let hasWarned = false;
  const offsetMs = () => (offsets.length === 0 ? null : Math.min(...offsets));
  return {
    heard(epoch, at, receivedAt) {
      // Another engine has another clock. Until its first heartbeat the last one's is the best guess there is.
      if (epoch !== latestEpoch) offsets = [];
      latestEpoch = epoch;
      offsets = [...offsets, receivedAt - at].slice(-keptBeats);
      const offset = offsetMs() ?? 0;
      const isOff = Math.abs(offset) > warnAboveMs;
      if (isOff && !hasWarned) {
        log.warn(
          { offsetMs: offset },
          "the engine's clock and this device's disagree by more than 2 s: set them by NTP",
        );
      }
      hasWarned = isOff;
    },
    offsetMs,
  };
}
