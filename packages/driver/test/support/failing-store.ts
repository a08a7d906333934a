import type { DeviceStore, JournalChange } from "../../src/index.ts";

/** Returns the store with every write passed through `around`, which may fail before it or after it. */
export function storeWith(store: DeviceStore, around: (change: JournalChange, write: () => void) => void): DeviceStore {
  return {
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
      around(change, () => store.write(change));
      return store.head;
    },
    close: () => store.close(),
  };
}

/** A disk that can fill up. */
export interface Disk {
  isFull: boolean;
  /** Returns the store as it is on this disk. */
  readonly under: (store: DeviceStore) => DeviceStore;
}

/** Returns a disk with room, on which, once it is full, nothing can be written, or nothing that records this state. */
export function createDisk(refused?: NonNullable<JournalChange["record"]>["state"]): Disk {
  const disk: Disk = {
    isFull: false,
    under: (store) =>
      storeWith(store, (change, write) => {
        const isRefused = refused === undefined || change.record?.state === refused;
        if (disk.isFull && isRefused) throw new Error("database or disk is full");
        write();
      }),
  };
  return disk;
}

/** Returns the store of a process that dies at its n-th write (from 0), just before it or just after it. */
export function dyingAt(store: DeviceStore, n: number, when: "before" | "after", die: () => void): DeviceStore {
  let writes = 0;
  let isDead = false;
  return storeWith(store, (change, write) => {
    if (isDead) throw new Error("this process is dead");
    const isLast = writes++ === n;
    if (!isLast || when === "after") write();
    if (!isLast) return;
    isDead = true;
    // The birth is written while the broker is being joined, and a broker cannot lose a client that it does not have yet.
    if (change.isBirth === true) queueMicrotask(die);
    else die();
    if (change.isBirth !== true || when === "before") throw new Error("this process is dead");
  });
}
