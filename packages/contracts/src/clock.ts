/** Undoes what it came from: a timer, a subscription. Calling it twice does nothing more. */
export type Cancel = () => void;

/**
 * The only source of time. There are two in every process: the lab clock (real, scaled or virtual: durations of acts
 * and waits) and the link clock (real; virtual only in all-virtual runs: heartbeats, ttl, leases, back-off).
 */
export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z on this clock; never goes back. */
  now(): number;
  /** Calls `fire` once, when the clock has reached `time`; at once (but not synchronously) when it already has. */
  at(time: number, fire: () => void): Cancel;
  /** Only a clock that jumps has it: nothing fires until released. */
  readonly hold?: () => Cancel;
}

/**
 * Returns what `act` comes to. A clock that jumps stands still meanwhile, so that what a disk or another process takes has
 * its place in virtual time; any other goes on.
 */
export async function outsideTime<T>(clock: Clock, act: () => Promise<T>): Promise<T> {
  const release = clock.hold?.();
  try {
    return await act();
  } finally {
    release?.();
  }
}

/** Resolves after `ms` on this clock; rejects with the signal's reason when aborted first. */
export function sleep(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(abortReason(signal));
      return;
    }
    const onAbort = () => {
      cancel();
      reject(signal === undefined ? new Error("aborted") : abortReason(signal));
    };
    const cancel = clock.at(clock.now() + ms, () => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    });
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}

function abortReason(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new Error("aborted", { cause: signal.reason });
}

/** A source of identifiers; deterministic in virtual runs. */
export interface Ids {
  /** A new ULID: 26 characters, rising with time. */
  ulid(): string;
  /** 128 random bits as 32 hexadecimal digits, for boot, request and journal ids. */
  random(): string;
}
