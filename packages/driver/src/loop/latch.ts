import { type Clock, type Log, sleep } from "@labloop/contracts";
import type { CommandRecord } from "../store/command-record.ts";
import type { DeviceStore } from "../store/device-store.ts";
import type { Stop } from "../store/stop.ts";
import { createBackOff } from "./back-off.ts";

/** The E-STOP latch (S2): while it is held nothing starts, and a restart does not undo it. */
export interface Latch {
  isHeld(): boolean;
  /** The highest stop that this device knows; 0 for none. */
  stopId(): number;
  /** Holds from now on, in the journal too, together with the records of what is being cut short, as they are when they are written. */
  hold(stop: Stop, recordsOf: () => readonly CommandRecord[]): void;
  /** Returns whether it is released, which needs the journal. */
  release(stop: Stop): boolean;
}

/** Returns the latch as the journal has it. */
export function createLatch(options: {
  readonly store: DeviceStore;
  readonly linkClock: Clock;
  readonly signal: AbortSignal;
  readonly log: Log;
}): Latch {
  const { store, linkClock, signal, log } = options;
  let stop: Stop = { stopId: store.head.stopId, active: store.head.isLatched };

  /** A latch that the journal does not take holds all the same, and is written as soon as it can be. */
  const persist = async (wanted: Stop, recordsOf: () => readonly CommandRecord[]) => {
    const backOff = createBackOff(1_000, 60_000);
    while (stop === wanted && !signal.aborted) {
      await sleep(linkClock, backOff.next(), signal);
      try {
        if (stop === wanted) store.write({ stop: wanted, records: recordsOf() });
        return;
      } catch (error) {
        log.error({ error }, "the latch cannot be written; trying again");
      }
    }
  };

  return {
    isHeld: () => stop.active,
    stopId: () => stop.stopId,
    hold(next, recordsOf) {
      stop = next;
      try {
        store.write({ stop: next, records: recordsOf() });
      } catch (error) {
        log.error({ stopId: next.stopId, error }, "the latch cannot be written; it holds until this process ends");
        persist(next, recordsOf).catch((failure: unknown) => {
          if (!signal.aborted) log.error({ error: failure }, "the latch was left unwritten");
        });
      }
    },
    release(next) {
      try {
        store.write({ stop: next });
      } catch (error) {
        log.error({ stopId: next.stopId, error }, "the latch stays: its release cannot be written");
        return false;
      }
      stop = next;
      return true;
    },
  };
}
