import type { Bus, Payload } from "@labloop/bus";
import { type Clock, LabError, type TopicKey } from "@labloop/contracts";
import type { Lease } from "@labloop/journal";

/** The one way out of the engine; rejects with `engine.closed` after it was shut. */
export interface Outlet {
  publish: Bus["publish"];
  /** Lets nothing more out. */
  shut(): void;
}

/**
 * Returns a way out that stays shut under a lease that may be lost: once two thirds of its life are over, as after a long
 * pause of the process, the database is asked first whether the cell is still ours (E2). `onLost` is told when it is not.
 */
export function createOutlet(options: {
  readonly bus: Bus;
  readonly lease: Lease;
  readonly linkClock: Clock;
  readonly onLost: (error: Error) => void;
}): Outlet {
  const { bus, lease, linkClock, onLost } = options;
  let isShut = false;
  return {
    async publish<K extends TopicKey>(key: K, name: string, payload: Payload<K>) {
      if (isShut) throw new LabError("engine.closed", `the engine has stopped, so ${key} for ${name} is not sent`);
      if (!lease.isHeld(linkClock.now())) {
        try {
          lease.renew();
        } catch (error) {
          isShut = true;
          onLost(error instanceof Error ? error : new Error(String(error)));
          throw error;
        }
      }
      await bus.publish(key, name, payload);
    },
    shut() {
      isShut = true;
    },
  };
}
