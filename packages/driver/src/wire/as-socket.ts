import { Duplex } from "node:stream";
import type { ByteStream } from "./byte-stream.ts";

/** A duplex with the functions of a socket that Node's HTTP asks for, and that have no meaning on any other wire. */
export interface SocketLike extends Duplex {
  readonly setKeepAlive: () => SocketLike;
  readonly setNoDelay: () => SocketLike;
  readonly setTimeout: () => SocketLike;
  readonly ref: () => SocketLike;
  readonly unref: () => SocketLike;
}

/**
 * Returns a wire as Node's own protocols want it, HTTP above all; it takes all of the stream's bytes from now on, and each is
 * closed with the other.
 */
export function asSocket(stream: ByteStream): SocketLike {
  const duplex = new Duplex({
    read() {},
    write(chunk: Uint8Array, _encoding, done) {
      if (stream.isOpen) stream.write(chunk);
      done();
    },
    final(done) {
      stream.close();
      done();
    },
    destroy(error, done) {
      stream.close();
      done(error);
    },
  });
  stream.onData((chunk) => void duplex.push(chunk));
  stream.onClose(() => {
    duplex.push(null);
    duplex.destroy();
  });
  const same = () => socket;
  const socket = Object.assign(duplex, {
    setKeepAlive: same,
    setNoDelay: same,
    // Times are told by the clocks that the kit hands out, never by the socket's own.
    setTimeout: same,
    ref: same,
    unref: same,
  }) as SocketLike;
  return socket;
}
