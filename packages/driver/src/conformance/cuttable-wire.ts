import type { ByteStream } from "../wire/byte-stream.ts";

/** Counts the bytes that go over a driver's wires, both ways, and cuts the wire after a given one. */
export interface WireCutter {
  /** Bytes so far, over all wires. */
  bytes(): number;
  /** The wire breaks once so many more bytes are over; what belongs to one write is torn there. */
  cutAfter(bytes: number): void;
  /** Returns the driver's end of a wire, watched. */
  watch(stream: ByteStream): ByteStream;
}

/** Returns a cutter that cuts nothing yet. */
export function createWireCutter(): WireCutter {
  let bytes = 0;
  let cutAt = Number.POSITIVE_INFINITY;

  /** Takes the part of a chunk that still gets over, and says whether the wire is to break. */
  const take = (chunk: Uint8Array): { readonly part: Uint8Array; readonly isCut: boolean } => {
    const isCut = bytes + chunk.length >= cutAt;
    const part = isCut ? chunk.slice(0, Math.max(0, cutAt - bytes)) : chunk;
    bytes += part.length;
    if (isCut) cutAt = Number.POSITIVE_INFINITY;
    return { part, isCut };
  };

  return {
    bytes: () => bytes,
    cutAfter(more) {
      cutAt = bytes + more;
    },
    watch(stream) {
      const listeners = new Set<(chunk: Uint8Array) => void>();
      const waiting: Uint8Array[] = [];
      stream.onData((chunk) => {
        if (!stream.isOpen) return;
        const { part, isCut } = take(chunk);
        if (listeners.size === 0) waiting.push(part);
        for (const listener of listeners) listener(part);
        if (isCut) stream.close();
      });
      return {
        get isOpen() {
          return stream.isOpen;
        },
        write(chunk) {
          const { part, isCut } = take(chunk);
          stream.write(part);
          if (isCut) stream.close();
        },
        onData(listener) {
          listeners.add(listener);
          for (const chunk of waiting.splice(0)) listener(chunk);
          return () => void listeners.delete(listener);
        },
        onClose: (listener) => stream.onClose(listener),
        close: () => stream.close(),
      };
    },
  };
}
