import type { Bus } from "@labloop/bus";
import { type Cancel, type Clock, type Estop, type Log, wholeLab } from "@labloop/contracts";

/** How long after an unheard call it is made again, ms; chosen. */
const repeatMs = 1_000;

/** The engine's voice on the topic of the E-STOP, and its ear. */
export interface StopCall {
  /** The highest stop that was heard of, from whomever; 0 for none. */
  highest(): number;
  /** A device says that it knows this stop. */
  note(stopId: number): void;
  /** Says how the stop stands, again and again until the broker has it, and after every connect (S1). */
  call(stop: Omit<Estop, "v" | "kind" | "scope">): void;
  close(): void;
}

/**
 * Returns a voice that asks neither lease nor journal: stopping is never refused because of bookkeeping. It goes on after
 * the engine has broken, until it is closed.
 */
export function createStopCall(options: {
  readonly bus: Bus;
  readonly linkClock: Clock;
  readonly onHeard: (stop: Estop) => void;
  readonly log: Log;
}): StopCall {
  const { bus, linkClock, onHeard, log } = options;
  let word: Estop | null = null;
  let highest = 0;
  let cancelRepeat: Cancel = () => undefined;

  function say(): void {
    cancelRepeat();
    if (word === null) return;
    cancelRepeat = linkClock.at(linkClock.now() + repeatMs, say);
    if (!bus.isUp) return;
    const { stopId } = word;
    bus
      .publish("estop", wholeLab, word)
      .catch((error: Error) => log.warn({ stopId, error: error.message }, "the E-STOP was not taken by the broker"));
  }

  function hear(stop: Estop): void {
    highest = Math.max(highest, stop.stopId);
    // What the broker hands out is what it keeps: ours, or one that counts more.
    const isOurs = word !== null && stop.stopId === word.stopId && stop.active === word.active;
    if (isOurs || (word !== null && stop.stopId > word.stopId)) cancelRepeat();
    if (!isOurs) onHeard(stop);
  }

  const cancels = [
    bus.subscribe({
      key: "estop",
      name: wholeLab,
      onDelivery: ({ payload }) => hear(payload),
      onMalformed: (bad) => log.warn({ code: bad.code }, `unreadable E-STOP: ${bad.message}`),
    }),
    bus.onUp(say),
  ];

  return {
    highest: () => highest,
    note(stopId) {
      highest = Math.max(highest, stopId);
    },
    call(stop) {
      word = { v: 1, kind: "estop", scope: "lab", ...stop };
      highest = Math.max(highest, stop.stopId);
      say();
    },
    close() {
      word = null;
      cancelRepeat();
      for (const cancel of cancels) cancel();
    },
  };
}
