import type { Cancel } from "@labloop/contracts";

/** A two-way stream of bytes to an instrument: a TCP connection, or an in-memory pair in virtual time. */
export interface ByteStream {
  readonly isOpen: boolean;
  /** Hands bytes to the other side, in order; throws `wire.closed` once closed. */
  write(bytes: Uint8Array): void;
  /** Chunks arrive as the other side's wire cuts them: a line may come in pieces, or several in one chunk. */
  onData(listener: (chunk: Uint8Array) => void): Cancel;
  /** Called once, when either side has closed or the connection broke. */
  onClose(listener: () => void): Cancel;
  close(): void;
}
