import type { Cancel, Clock } from "@labloop/contracts";

/** Lets one client's messages pass at a bounded rate. */
interface Pace {
  /** Calls back when the message may pass: at once, or when it is its turn; in the order of asking. */
  take(pass: () => void): void;
  /** Forgets whoever waits. */
  end(): void;
}

/**
 * Returns a bucket of `burst` messages that refills at `perSecond`. Who is over it waits: its connection is not read
 * meanwhile, so that what it sends stays at its own end, and nothing is thrown away.
 */
export function createPace(clock: Clock, { perSecond, burst }: { perSecond: number; burst: number }): Pace {
  const waiting: (() => void)[] = [];
  let left = burst;
  let filledAt = clock.now();
  let cancel: Cancel | null = null;

  function refill(): void {
    const now = clock.now();
    left = Math.min(burst, left + (Math.max(0, now - filledAt) / 1_000) * perSecond);
    filledAt = now;
  }

  function drain(): void {
    cancel = null;
    refill();
    while (waiting.length > 0 && left >= 1) {
      left--;
      waiting.shift()?.();
    }
    if (waiting.length > 0) wait();
  }

  function wait(): void {
    cancel ??= clock.at(clock.now() + Math.ceil(((1 - left) / perSecond) * 1_000), drain);
  }

  return {
    take(pass) {
      refill();
      if (waiting.length === 0 && left >= 1) {
        left--;
        pass();
        return;
      }
      waiting.push(pass);
      wait();
    },
    end() {
      waiting.length = 0;
      cancel?.();
      cancel = null;
    },
  };
}
