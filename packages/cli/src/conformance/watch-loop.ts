import { url as debuggerUrl } from "node:inspector";
import { Worker } from "node:worker_threads";
import { ifStillAlive } from "@labloop/clock/if-still-alive";

/** How often the thread shows that it still does something else, ms; chosen. */
export const beatEveryMs = 100;

/** How long a driver that is tested may let nothing else run, ms: as many heartbeats as no engine would wait for. Chosen. */
export const blocksAtMost = 10_000;

/** What the watching thread sees of the watched one. */
export interface WatchedLoop {
  /** Its beats so far, whether it is to end, and whether a debugger may have it stopped. */
  readonly beats: Int32Array;
  /** What was under way last, in UTF-8, ended by a zero. */
  readonly during: Uint8Array;
  readonly withinMs: number;
  /** Whether it ends itself once it is told to, with what ends it; else it is killed. */
  readonly endsItself: boolean;
}

/**
 * Watches over this thread from another one: a driver that lets it do nothing else for `withinMs` is told, with the place where
 * it was found, and `onBlocked` is called to end the process. Without one, or where not even that can be done, the process is
 * killed: what Node's own tests keep of what called what does not outlive an end in the middle. `note` says what is under way.
 * While a debugger is listened for nothing is ended: whoever stops at a line takes their time.
 */
export function watchLoop(
  onBlocked: (() => void) | null,
  withinMs: number,
): { readonly note: (during: string) => void; readonly end: () => void } {
  const beats = new Int32Array(new SharedArrayBuffer(12));
  const during = new Uint8Array(new SharedArrayBuffer(512));
  const watching = new Worker(new URL("./loop-watchdog.ts", import.meta.url), {
    workerData: { beats, during, withinMs, endsItself: onBlocked !== null } satisfies WatchedLoop,
    // Without what this process was told to load first: were it this watch, each watching thread would begin another.
    execArgv: [],
  });
  watching.unref();
  let isOver = false;
  const beat = () => {
    if (isOver) return;
    if (Atomics.load(beats, 1) === 1) onBlocked?.();
    Atomics.store(beats, 2, debuggerUrl() === undefined ? 0 : 1);
    Atomics.add(beats, 0, 1);
    ifStillAlive(beatEveryMs, beat);
  };
  beat();
  return {
    note(text) {
      during.fill(0);
      during.set(Buffer.from(text).subarray(0, during.length - 1));
    },
    end() {
      isOver = true;
      void watching.terminate();
    },
  };
}
