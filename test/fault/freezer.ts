import type { Clock } from "@labloop/contracts";

/** A process that can stand still, as after SIGSTOP or behind a slow disk, and wakes with all that came meanwhile. */
export interface Freezer {
  readonly isFrozen: () => boolean;
  /** Stands still for so many ms; a second time while it does changes nothing. */
  freeze(ms: number): void;
  /** Does it now, or in its turn after waking. */
  readonly hold: (work: () => void) => void;
  /** Resolves on waking; null when it is awake. */
  readonly awake: () => Promise<void> | null;
  /** The clock as this process has it: it goes on all the time, and what was due meanwhile fires after waking. */
  clock(inner: Clock): Clock;
}

export function createFreezer(world: Clock): Freezer {
  let waiting: (() => void)[] | null = null;

  function hold(work: () => void): void {
    if (waiting === null) work();
    else waiting.push(work);
  }

  return {
    isFrozen: () => waiting !== null,
    freeze(ms) {
      if (waiting !== null) return;
      waiting = [];
      world.at(world.now() + ms, () => {
        const due = waiting ?? [];
        waiting = null;
        // Each in a turn of the event loop of its own.
        for (const work of due) world.at(world.now(), work);
      });
    },
    hold,
    awake() {
      if (waiting === null) return null;
      return new Promise((resolve) => {
        waiting?.push(resolve);
      });
    },
    clock: (inner) => ({
      now: () => inner.now(),
      at(time, fire) {
        let isCancelled = false;
        const cancel = inner.at(time, () =>
          hold(() => {
            if (!isCancelled) fire();
          }),
        );
        return () => {
          isCancelled = true;
          cancel();
        };
      },
    }),
  };
}
