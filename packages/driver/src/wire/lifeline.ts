import { LabError } from "@labloop/contracts";
import type { ByteStream } from "./byte-stream.ts";

/**
 * Returns a stream that carries nothing, for a driver that finds its own way to the instrument: whoever closes it tells the
 * other side that the session is over.
 */
export function createLifeline(): ByteStream {
  const listeners = new Set<() => void>();
  let isOpen = true;
  return {
    get isOpen() {
      return isOpen;
    },
    write() {
      throw new LabError("wire.noStream", "this device has no stream of bytes; give it a transport in the lab file");
    },
    onData: () => () => {},
    onClose(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close() {
      if (!isOpen) return;
      isOpen = false;
      for (const listener of listeners) listener();
      listeners.clear();
    },
  };
}
