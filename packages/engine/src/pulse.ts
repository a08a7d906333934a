import type { Bus } from "@labloop/bus";
import { type Cancel, type Clock, LabError, type Log } from "@labloop/contracts";
import type { Lease } from "@labloop/journal";
import type { Outlet } from "./outlet.ts";

/** What an engine does for as long as it lives, whether there is work or not. */
export interface Pulse {
  /** One more heartbeat, at once. */
  beat(): void;
  stop(): void;
}

/**
 * Beats on its cell, so that devices can judge clocks and notice that it has fallen silent (D15, contract section 10), and
 * renews its lease at each third of the lease's life (E2). `onLost` is told when the cell has become somebody else's.
 */
export function startPulse(options: {
  readonly bus: Bus;
  readonly outlet: Outlet;
  readonly lease: Lease;
  readonly linkClock: Clock;
  readonly cell: string;
  readonly heartbeatMs: number;
  readonly onLost: (error: Error) => void;
  readonly log: Log;
}): Pulse {
  const { bus, outlet, lease, linkClock, cell, heartbeatMs, onLost, log } = options;
  let beats = 0;

  function beat(): void {
    // Nothing is said into a link that is down (T2).
    if (!bus.isUp) return;
    const at = new Date(linkClock.now()).toISOString();
    outlet
      .publish("engineHeartbeat", cell, { v: 1, kind: "engine-hb", epoch: lease.epoch, n: beats++, at })
      .catch((error: Error) => log.debug({ error: error.message }, "a heartbeat of the engine did not get out"));
  }

  function renew(): void {
    try {
      lease.renew();
    } catch (error) {
      if (error instanceof LabError && error.code === "journal.leaseLost") return onLost(error);
      // Until it is renewed nothing leaves the engine after two thirds of its life.
      log.warn({ error: error instanceof Error ? error.message : String(error) }, "the lease could not be renewed");
    }
  }

  const cancels = [every(linkClock, heartbeatMs, beat), every(linkClock, lease.lifeMs / 3, renew)];
  return {
    beat,
    stop() {
      for (const cancel of cancels) cancel();
    },
  };
}

/** Does something now and then, first after one period, until cancelled. */
function every(clock: Clock, periodMs: number, act: () => void): Cancel {
  let cancel: Cancel = () => undefined;
  let isOver = false;
  const wait = () => {
    cancel = clock.at(clock.now() + periodMs, () => {
      act();
      if (!isOver) wait();
    });
  };
  wait();
  return () => {
    isOver = true;
    cancel();
  };
}
