import { createServer, type Socket } from "node:net";
import { LabError } from "@labloop/contracts";
import type { ByteStream } from "./byte-stream.ts";
import { socketStream } from "./socket-stream.ts";

export interface TcpServerOptions {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** Called with every connection that comes in. */
  readonly onStream: (stream: ByteStream) => void;
}

export interface TcpServer {
  readonly port: number;
  /** Breaks every connection and resolves when the port is free. */
  close(): Promise<void>;
}

/** Listens for drivers, as a simulated instrument does; rejects with `wire.portUnavailable` when it cannot. */
export function serveTcp(options: TcpServerOptions): Promise<TcpServer> {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    options.onStream(socketStream(socket));
  });
  const close = () =>
    new Promise<void>((resolve, reject) => {
      server.close((error) => (error === undefined ? resolve() : reject(error)));
      for (const socket of sockets) socket.destroy();
    });
  return new Promise((resolve, reject) => {
    server.once("error", (error) => {
      const where = `${options.host}:${options.port}`;
      reject(new LabError("wire.portUnavailable", `cannot listen on ${where}: ${error.message}`, { cause: error }));
    });
    server.listen(options.port, options.host, () => {
      const address = server.address();
      if (address === null || typeof address === "string") {
        reject(new LabError("wire.portUnavailable", "the server has no TCP port"));
        return;
      }
      resolve({ port: address.port, close });
    });
  });
}
