import type { Cancel, Clock } from "@labloop/contracts";

/** A clock that jumps from one timer to the next, and only when nothing is outstanding. */
export interface VirtualClock extends Clock {
  /**
   * Stops everything until released: the clock fires no timer, not even one that is due, while a worker computes or
   * anything else happens outside this clock's order. That is what makes two runs of one seed equal byte for byte.
   */
  hold(): Cancel;
  /** Fires timers in order (time, then age) until `isDone` says so or no timer is left. */
  run(isDone: () => boolean): Promise<"done" | "idle">;
}

interface Timer {
  readonly time: number;
  readonly order: number;
  readonly fire: () => void;
  live: boolean;
}

/** Returns a virtual clock that stands at `start`, in milliseconds since 1970. */
export function createVirtualClock(start: number): VirtualClock {
  const heap: Timer[] = [];
  let now = start;
  let order = 0;
  let holds = 0;
  let released: (() => void) | null = null;

  async function settle(): Promise<void> {
    // A macrotask hop drains every microtask, so that whatever the last timer set off has come to rest.
    await hop();
    while (holds > 0) {
      await new Promise<void>((resolve) => {
        released = resolve;
      });
      await hop();
    }
  }

  return {
    now: () => now,
    at(time, fire) {
      const timer: Timer = { time: Math.max(time, now), order: order++, fire, live: true };
      push(heap, timer);
      return () => {
        timer.live = false;
      };
    },
    hold() {
      holds++;
      let held = true;
      return () => {
        if (!held) return;
        held = false;
        holds--;
        if (holds === 0) {
          released?.();
          released = null;
        }
      };
    },
    async run(isDone) {
      for (;;) {
        await settle();
        if (isDone()) return "done";
        const next = pop(heap);
        if (next === undefined) return "idle";
        if (!next.live) continue;
        now = Math.max(now, next.time);
        next.fire();
      }
    },
  };
}

function hop(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

function isBefore(a: Timer, b: Timer): boolean {
  return a.time < b.time || (a.time === b.time && a.order < b.order);
}

/** Sifts a timer up a binary heap. */
function push(heap: Timer[], timer: Timer): void {
  let index = heap.length;
  heap.push(timer);
  while (index > 0) {
    const above = (index - 1) >> 1;
    const parent = heap[above];
    if (parent === undefined || !isBefore(timer, parent)) break;
    heap[index] = parent;
    index = above;
  }
  heap[index] = timer;
}

/** Takes the earliest timer off a binary heap. */
function pop(heap: Timer[]): Timer | undefined {
  const first = heap[0];
  const last = heap.pop();
  if (first === undefined || last === undefined || heap.length === 0) return first;
  let index = 0;
  for (;;) {
    let below = 2 * index + 1;
    let child = heap[below];
    const right = heap[below + 1];
    if (child !== undefined && right !== undefined && isBefore(right, child)) {
      below++;
      child = right;
    }
    if (child === undefined || !isBefore(child, last)) break;
    heap[index] = child;
    index = below;
  }
  heap[index] = last;
  return first;
}
