import { type Clock, LabError } from "@labloop/contracts";
import type { ByteStream } from "./byte-stream.ts";

export interface StreamPairOptions {
  /** Cuts every write into chunks of at most so many bytes, as a slow serial line does; default: one chunk a write. */
  readonly chunkBytes?: number;
  /** Time on the wire, default 0. */
  readonly delayMs?: number;
}

interface End {
  isOpen: boolean;
  readonly data: Set<(chunk: Uint8Array) => void>;
  readonly closed: Set<() => void>;
  /** What came before anybody listened. */
  waiting: Uint8Array[];
}

/**
 * Returns the two ends of an in-memory wire.
 *
 * Each chunk is a timer of the clock, so that in virtual time the order of all wires is fixed. What was written before
 * a close still arrives; both ends hear of the close in their turn.
 */
export function createStreamPair(clock: Clock, options: StreamPairOptions = {}): [ByteStream, ByteStream] {
  const { chunkBytes = Number.POSITIVE_INFINITY, delayMs = 0 } = options;
  const a: End = { isOpen: true, data: new Set(), closed: new Set(), waiting: [] };
  const b: End = { isOpen: true, data: new Set(), closed: new Set(), waiting: [] };

  const streamOf = (own: End, other: End): ByteStream => ({
    get isOpen() {
      return own.isOpen;
    },
    write(bytes) {
      if (!own.isOpen) throw new LabError("wire.closed", "this wire is closed; open it again before writing");
      for (let from = 0; from < bytes.length; from += chunkBytes) {
        const chunk = bytes.slice(from, Math.min(from + chunkBytes, bytes.length));
        clock.at(clock.now() + delayMs, () => deliver(other, chunk));
      }
    },
    onData(listener) {
      own.data.add(listener);
      const waiting = own.waiting;
      own.waiting = [];
      for (const chunk of waiting) listener(chunk);
      return () => own.data.delete(listener);
    },
    onClose(listener) {
      own.closed.add(listener);
      return () => own.closed.delete(listener);
    },
    close() {
      if (!own.isOpen) return;
      own.isOpen = false;
      clock.at(clock.now() + delayMs, () => {
        hangUp(own);
        hangUp(other);
      });
    },
  });
  return [streamOf(a, b), streamOf(b, a)];
}

function deliver(end: End, chunk: Uint8Array): void {
  if (!end.isOpen) return;
  if (end.data.size === 0) end.waiting.push(chunk);
  for (const listener of end.data) listener(chunk);
}

function hangUp(end: End): void {
  end.isOpen = false;
  const listeners = [...end.closed];
  end.closed.clear();
  for (const listener of listeners) listener();
}
