import type { Malformed } from "@labloop/bus";
import type { Cancel, Clock, LabEvent } from "@labloop/contracts";
import type { Decision } from "./decide/decision.ts";

/** A fact about what a device garbles is recorded at most so often for each device and code, ms of the link clock. */
const periodMs = 60_000;

/** Characters of a stranger's text that are recorded. */
const longestMessage = 300;

interface Count {
  since: number;
  last: string;
}

/** Counts what devices say and nobody can read (E14). */
export interface Unreadable {
  note(bad: Pick<Malformed, "name" | "code" | "message">): void;
  stop(): void;
}

/**
 * Returns the count: the first unreadable message of a device and code is recorded at once, those of the next minute
 * together at its end. Bounded by devices and codes; messages themselves are not kept.
 */
export function createUnreadable(options: {
  readonly linkClock: Clock;
  readonly take: (input: () => Decision) => void;
}): Unreadable {
  const { linkClock, take } = options;
  const counts = new Map<string, Count>();
  const timers = new Map<string, Cancel>();

  function record(device: string, code: string, count: number, message: string): void {
    const event: LabEvent = { type: "device.unreadable", device, code, count, message };
    take(() => ({ events: [event], effects: [] }));
  }

  function closePeriod(key: string, device: string, code: string): void {
    timers.delete(key);
    const count = counts.get(key);
    counts.delete(key);
    if (count === undefined || count.since === 0) return;
    record(device, code, count.since, count.last);
    open(key, device, code);
  }

  function open(key: string, device: string, code: string): void {
    counts.set(key, { since: 0, last: "" });
    timers.set(
      key,
      linkClock.at(linkClock.now() + periodMs, () => closePeriod(key, device, code)),
    );
  }

  return {
    note({ name, code, message }) {
      const key = `${name}/${code}`;
      const text = message.slice(0, longestMessage);
      const count = counts.get(key);
      if (count === undefined) {
        record(name, code, 1, text);
        open(key, name, code);
        return;
      }
      count.since++;
      count.last = text;
    },
    stop() {
      for (const cancel of timers.values()) cancel();
      timers.clear();
    },
  };
}
