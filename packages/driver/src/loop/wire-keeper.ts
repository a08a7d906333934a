import { type Clock, LabError, type Log, sleep } from "@labloop/contracts";
import type { ByteStream } from "../wire/byte-stream.ts";
import { createBackOff } from "./back-off.ts";

/** Contract T3 gives these for the bus; a wire is no different. */
const firstWaitMs = 250;
const longestWaitMs = 15_000;

/** Keeps a session with the instrument, and makes a new one after every loss. */
export interface WireKeeper<Session> {
  /** The session, while its wire is open. */
  session(): Session | null;
  /** Resolves with the session once there is one; rejects when aborted or closed. */
  next(signal: AbortSignal): Promise<Session>;
  /** Gives up a session that no longer makes sense; does nothing when it has been replaced already. */
  drop(session: Session): void;
  close(): void;
}

export interface WireKeeperOptions<Session> {
  readonly openWire: () => Promise<ByteStream>;
  readonly connect: (stream: ByteStream) => Promise<Session>;
  readonly linkClock: Clock;
  readonly log: Log;
  readonly onSession: (session: Session) => void;
}

/** Starts to open the wire, and returns its keeper. */
export function createWireKeeper<Session>(options: WireKeeperOptions<Session>): WireKeeper<Session> {
  const { openWire, connect, linkClock, log, onSession } = options;
  const closing = new AbortController();
  const backOff = createBackOff(firstWaitMs, longestWaitMs);
  const waiting = new Set<(session: Session) => void>();
  let current: { readonly session: Session; readonly stream: ByteStream } | null = null;
  let opening: ByteStream | null = null;

  const open = async () => {
    const stream = await openWire();
    opening = stream;
    try {
      if (closing.signal.aborted) throw new LabError("device.closing", "the device is shutting down");
      const session = await connect(stream);
      if (!stream.isOpen) throw new LabError("wire.closed", "the wire was closed during the greeting");
      return { session, stream };
    } catch (error) {
      stream.close();
      throw error;
    } finally {
      opening = null;
    }
  };

  const holdUntilClosed = async (held: { session: Session; stream: ByteStream }) => {
    const openedAt = linkClock.now();
    const ended = new Promise<void>((resolve) => void held.stream.onClose(resolve));
    current = held;
    onSession(held.session);
    for (const take of waiting) take(held.session);
    waiting.clear();
    await ended;
    current = null;
    // A wire that held for so long was no flapping one.
    if (linkClock.now() - openedAt >= longestWaitMs) backOff.reset();
    if (!closing.signal.aborted) log.warn({}, "the wire to the instrument was lost; opening it again");
  };

  const keep = async () => {
    while (!closing.signal.aborted) {
      try {
        await holdUntilClosed(await open());
      } catch (error) {
        if (closing.signal.aborted) return;
        const reason = error instanceof Error ? error.message : String(error);
        log.warn({ reason }, "no session with the instrument; trying again until there is one");
      }
      await sleep(linkClock, backOff.next(), closing.signal);
    }
  };
  keep().catch((error: unknown) => {
    // Only the abort of the last wait ends up here.
    if (!closing.signal.aborted) log.error({ error }, "the wire keeper has stopped");
  });

  const session = () => (current?.stream.isOpen === true ? current.session : null);
  return {
    session,
    next(signal) {
      const present = session();
      if (present !== null) return Promise.resolve(present);
      return new Promise((resolve, reject) => {
        const both = AbortSignal.any([signal, closing.signal]);
        const onAbort = () => {
          waiting.delete(take);
          reject(new LabError("device.closing", "no longer waiting for the wire", { cause: both.reason }));
        };
        const take = (next: Session) => {
          both.removeEventListener("abort", onAbort);
          resolve(next);
        };
        if (both.aborted) {
          onAbort();
          return;
        }
        both.addEventListener("abort", onAbort, { once: true });
        waiting.add(take);
      });
    },
    drop(given) {
      if (current?.session === given) current.stream.close();
    },
    close() {
      closing.abort();
      opening?.close();
      current?.stream.close();
    },
  };
}
