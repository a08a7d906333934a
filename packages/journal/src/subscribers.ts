import { type Cancel, LabError, type RecordedEvent } from "@labloop/contracts";

type Listener = (record: RecordedEvent) => void;

/** Everybody who follows a journal from inside its writer. */
export interface Subscribers {
  /** Calls the listener with all there is from `fromSeq`, and with the rest whenever `deliver` is called. */
  add(fromSeq: number, listener: Listener): Cancel;
  /** Brings everybody up to date, `written` being what was just recorded; throws `journal.listenerFailed` after that when a listener threw. */
  deliver(written: readonly RecordedEvent[]): void;
  clear(): void;
}

/**
 * Returns an empty set of subscribers that read for themselves, each from where it stands. Who is up to date is handed what was
 * written instead: it is what would be read, and reading it back and checking it for each was most of what an append took.
 *
 * A listener may append, subscribe or cancel: whoever is being served already goes on reading, so nobody gets an event
 * twice or out of order.
 */
export function createSubscribers(read: (fromSeq: number) => Iterable<RecordedEvent>): Subscribers {
  const subscribers = new Set<Subscriber>();
  /** What was recorded since the outermost delivery under way began, by listeners too. */
  let fresh: RecordedEvent[] = [];
  let deliveries = 0;

  function* following(subscriber: Subscriber): Generator<RecordedEvent, void> {
    for (;;) {
      const first = fresh[0]?.seq ?? Number.POSITIVE_INFINITY;
      if (subscriber.nextSeq < first) return yield* read(subscriber.nextSeq);
      const record = fresh[subscriber.nextSeq - first];
      if (record === undefined) return;
      yield record;
    }
  }

  return {
    add(fromSeq, listener) {
      const subscriber: Subscriber = { nextSeq: fromSeq, listener, isServed: false, isLive: true };
      const cancel = () => {
        subscriber.isLive = false;
        subscribers.delete(subscriber);
      };
      subscribers.add(subscriber);
      try {
        serve(subscriber, following(subscriber));
      } catch (error) {
        cancel();
        throw error;
      }
      return cancel;
    },
    deliver(written) {
      const errors: unknown[] = [];
      fresh.push(...written);
      deliveries++;
      for (const subscriber of subscribers) {
        try {
          serve(subscriber, following(subscriber));
        } catch (error) {
          errors.push(error);
        }
      }
      if (--deliveries === 0) fresh = [];
      if (errors.length === 0) return;
      throw new LabError("journal.listenerFailed", "the events are recorded, but a listener threw when it got them", {
        cause: errors.length === 1 ? errors[0] : new AggregateError(errors),
      });
    },
    clear() {
      for (const subscriber of subscribers) subscriber.isLive = false;
      subscribers.clear();
    },
  };
}

interface Subscriber {
  nextSeq: number;
  readonly listener: Listener;
  isServed: boolean;
  isLive: boolean;
}

function serve(subscriber: Subscriber, records: Iterable<RecordedEvent>): void {
  if (subscriber.isServed) return;
  subscriber.isServed = true;
  try {
    for (const record of records) {
      subscriber.nextSeq = record.seq + 1;
      subscriber.listener(record);
      if (!subscriber.isLive) return;
    }
  } finally {
    subscriber.isServed = false;
  }
}
