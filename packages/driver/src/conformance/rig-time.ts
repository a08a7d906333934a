import type { Clock } from "@labloop/contracts";

/** Time for one rig, which nobody else uses. */
export interface RigTime {
  readonly labClock: Clock;
  readonly linkClock: Clock;
  readonly isVirtual: boolean;
  /** Lets time pass until it is so; false when it is not within so many ms of link time. */
  until(isSo: () => boolean, withinMs: number): Promise<boolean>;
}

/** How often it is looked whether something is so, where time passes by itself; ms. */
const lookEveryMs = 10;

/** Returns time that jumps from one event to the next. */
export function virtualTime(clock: Clock & { run(isDone: () => boolean): Promise<unknown> }): RigTime {
  return {
    labClock: clock,
    linkClock: clock,
    isVirtual: true,
    async until(isSo, withinMs) {
      let isOver = false;
      const cancel = clock.at(clock.now() + withinMs, () => {
        isOver = true;
      });
      await clock.run(() => isOver || isSo());
      cancel();
      return isSo();
    },
  };
}

/** Returns time that passes by itself. */
export function realTime(clock: Clock): RigTime {
  return {
    labClock: clock,
    linkClock: clock,
    isVirtual: false,
    until(isSo, withinMs) {
      const endAt = clock.now() + withinMs;
      return new Promise((resolve, reject) => {
        const look = () => {
          try {
            if (isSo()) resolve(true);
            else if (clock.now() >= endAt) resolve(false);
            else clock.at(Math.min(endAt, clock.now() + lookEveryMs), look);
          } catch (error) {
            reject(error instanceof Error ? error : new Error(String(error)));
          }
        };
        look();
      });
    },
  };
}
