import type { Cancel, Clock } from "@labloop/contracts";

/** Heartbeat periods of silence (contract section 10). */
const suspectAfter = 3;
const lostAfter = 10;

export interface Liveness {
  readonly state: "alive" | "suspect" | "lost";
  /** A heartbeat came: alive again, whatever was before. */
  beat(): void;
  stop(): void;
}

/** Returns a watch over one peer's heartbeats; the silence is counted from now. */
export function createLiveness({
  linkClock,
  heartbeatMs,
  onSuspect,
  onLost,
}: {
  linkClock: Clock;
  heartbeatMs: number;
  onSuspect: () => void;
  onLost: () => void;
}): Liveness {
  let state: Liveness["state"] = "alive";
  let cancelTimer: Cancel = () => undefined;

  function beat(): void {
    const heardAt = linkClock.now();
    state = "alive";
    cancelTimer();
    cancelTimer = linkClock.at(heardAt + suspectAfter * heartbeatMs, () => {
      state = "suspect";
      cancelTimer = linkClock.at(heardAt + lostAfter * heartbeatMs, () => {
        state = "lost";
        onLost();
      });
      onSuspect();
    });
  }

  beat();
  return {
    get state() {
      return state;
    },
    beat,
    stop: () => cancelTimer(),
  };
}
