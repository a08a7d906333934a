import type { DeviceStore } from "../store/device-store.ts";

/** The journals of a driver that can be made to die at any write. */
export interface Mortality {
  /** Writes so far, over all starts. */
  writes(): number;
  /** The process dies at the write of this number, counted from 0 over all starts: before it is durable, or right after. */
  dieAt(write: number, when: "before" | "after"): void;
  /** Returns the journal with the writes counted. */
  watch(store: DeviceStore): DeviceStore;
}

/** Returns the mortality of a driver; `die` drops everything at once, as a killed process does. */
export function createMortality(die: () => void): Mortality {
  let writes = 0;
  let death: { readonly at: number; readonly when: "before" | "after" } | null = null;

  return {
    writes: () => writes,
    dieAt(write, when) {
      death = { at: write, when };
    },
    watch: (store) => ({
      get head() {
        return store.head;
      },
      find: (commandId) => store.find(commandId),
      findByDseq: (dseq) => store.findByDseq(dseq),
      unsettled: () => store.unsettled(),
      unacked: () => store.unacked(),
      hasStartedAfter: (jseq) => store.hasStartedAfter(jseq),
      resultRoom: () => store.resultRoom(),
      resultChunk: (sha256, idx) => store.resultChunk(sha256, idx),
      write(change) {
        const isLast = writes++ === death?.at;
        if (!isLast) return store.write(change);
        if (death?.when === "after") store.write(change);
        death = null;
        // Joining the broker writes, too, and nobody can vanish from where he has not been.
        if (change.isBirth === true) queueMicrotask(die);
        else die();
        throw new Error("the process has died");
      },
      close: () => store.close(),
    }),
  };
}
