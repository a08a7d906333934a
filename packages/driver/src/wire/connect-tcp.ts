import { createConnection } from "node:net";
import { type Clock, LabError } from "@labloop/contracts";
import type { ByteStream } from "./byte-stream.ts";
import { socketStream } from "./socket-stream.ts";

export interface TcpAddress {
  readonly host: string;
  readonly port: number;
  /** Real time: bounds the wait for the connection. */
  readonly linkClock: Clock;
  /** Default 5,000: chosen, well above one lost SYN (1 s on Linux). */
  readonly timeoutMs?: number;
}

/**
 * Opens a TCP connection to an instrument, without Nagle's delay: a question of a few bytes would wait for the
 * acknowledgement of the one before.
 *
 * Rejects with `wire.unreachable` when it is refused or takes longer than `timeoutMs`.
 */
export function connectTcp(address: TcpAddress): Promise<ByteStream> {
  const { host, port, linkClock, timeoutMs = 5_000 } = address;
  return new Promise((resolve, reject) => {
    const socket = createConnection({ host, port, noDelay: true });
    const fail = (why: string, cause?: unknown) => {
      stopWaiting();
      socket.destroy();
      reject(new LabError("wire.unreachable", `no TCP connection to ${host}:${port}: ${why}`, { cause }));
    };
    const onError = (error: Error) => fail(error.message, error);
    const stopWaiting = linkClock.at(linkClock.now() + timeoutMs, () => fail(`no answer within ${timeoutMs} ms`));
    socket.on("error", onError);
    socket.once("connect", () => {
      stopWaiting();
      const stream = socketStream(socket);
      socket.off("error", onError);
      resolve(stream);
    });
  });
}
