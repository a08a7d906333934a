import type { Log } from "@labloop/contracts";
import { areSerial, type Locks } from "./locks.ts";

/** Who carries out what after whom. */
export interface Line {
  /** Waits for everything before it that holds a lock in common, then carries out. */
  join(commandId: string, locks: Locks, carry: () => Promise<void>): void;
  /** Resolves once everything that is in line now is over. */
  idle(): Promise<void>;
}

/** Returns an empty line; once `isOver` nobody gets a turn any more. */
export function createLine({ isOver, log }: { readonly isOver: () => boolean; readonly log: Log }): Line {
  const turns = new Set<{ readonly locks: Locks; readonly end: Promise<void> }>();
  return {
    join(commandId, locks, carry) {
      // Also after a cancelled act, which may still be reading its baseline.
      const before = [...turns].filter((turn) => areSerial(turn.locks, locks)).map((turn) => turn.end);
      const end = Promise.all(before)
        .then(() => (isOver() ? undefined : carry()))
        .catch((error: unknown) => {
          // The record stays as it is: `started` is probed at the next start, which is the safe reading of a broken kit.
          if (!isOver()) log.error({ commandId, error }, "a command was left where it stood");
        });
      const turn = { locks, end };
      turns.add(turn);
      void end.then(() => turns.delete(turn));
    },
    async idle() {
      await Promise.all([...turns].map((turn) => turn.end));
    },
  };
}
