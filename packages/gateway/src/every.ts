import type { Cancel, Clock } from "@labloop/contracts";

/** Calls `fire` every `periodMs` on the clock until cancelled; a round that takes too long delays the next, it never doubles. */
export function every(clock: Clock, periodMs: number, fire: () => void): Cancel {
  let cancel: Cancel = () => undefined;
  const arm = () => {
    cancel = clock.at(clock.now() + periodMs, () => {
      arm();
      fire();
    });
  };
  arm();
  return () => cancel();
}
