import type { Clock } from "@labloop/contracts";

/** A clock that moves only when a test moves it. */
export interface HandClock extends Clock {
  /** Lets time pass, firing what falls due on the way, in order. */
  pass(ms: number): void;
}

/** Returns a clock that stands at `start`. */
export function createHandClock(start = 0): HandClock {
  let now = start;
  let timers: { time: number; fire: () => void }[] = [];
  return {
    now: () => now,
    at(time, fire) {
      const timer = { time, fire };
      timers.push(timer);
      return () => {
        timers = timers.filter((each) => each !== timer);
      };
    },
    pass(ms) {
      const end = now + ms;
      for (;;) {
        const due = timers.filter(({ time }) => time <= end).toSorted((a, b) => a.time - b.time)[0];
        if (due === undefined) break;
        timers = timers.filter((each) => each !== due);
        now = Math.max(now, due.time);
        due.fire();
      }
      now = end;
    },
  };
}
