import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { LabError, type Log } from "@labloop/contracts";

/** Chosen: a lab of five hundred devices twice over; more are turned away before they cost anything. */
const mostConnections = 1_024;

/** A key and its certificate, both PEM. */
export interface ServerIdentity {
  readonly key: string;
  readonly cert: string;
}

export interface ListenerOptions {
  readonly host: string;
  readonly port: number;
  readonly tls: ServerIdentity | null;
  /** A TLS handshake must be over by then. */
  readonly handshakeWithinMs: number;
  readonly onConnection: (socket: Socket) => void;
  readonly log: Log;
}

interface Listener {
  readonly port: number;
  connections(): number;
  /** Of all connections so far. */
  bytesRead(): number;
  /** Takes no new connections, cuts those that there are, and resolves when the port is free. */
  close(): Promise<void>;
}

/** Listens for MQTT, in TLS when there is a key; fails with `broker.portInUse`, `broker.badKey` or `broker.failed`. */
export async function openListener(options: ListenerOptions): Promise<Listener> {
  const { host, port, tls, handshakeWithinMs, onConnection, log } = options;
  const sockets = new Set<Socket>();
  let bytesOfClosed = 0;
  // T1: aedes leaves the option off, which costs 44 ms in every exchange.
  const server = tls === null ? createServer({ noDelay: true }, onConnection) : createTls(tls);
  server.maxConnections = mostConnections;
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => {
      sockets.delete(socket);
      bytesOfClosed += socket.bytesRead;
    });
  });
  server.on("drop", () => log.warn({ mostConnections }, "a connection was turned away: there are too many"));
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen({ host, port }, () => {
        server.off("error", reject);
        resolve();
      });
    });
  } catch (error) {
    throw listenError(error, host, port);
  }
  server.on("error", (error) => log.error({ reason: error.message }, "the broker's listener failed"));
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => sockets.size,
    bytesRead: () => [...sockets].reduce((sum, { bytesRead }) => sum + bytesRead, bytesOfClosed),
    async close() {
      const whenFree = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of sockets) socket.destroy();
      await whenFree;
    },
  };

  function createTls({ key, cert }: ServerIdentity): Server {
    try {
      const secure = createTlsServer(
        { key, cert, noDelay: true, handshakeTimeout: handshakeWithinMs, minVersion: "TLSv1.2" },
        onConnection,
      );
      secure.on("tlsClientError", (error) => log.warn({ reason: error.message }, "a TLS handshake failed"));
      return secure;
    } catch (error) {
      throw new LabError("broker.badKey", "the broker's key and certificate cannot be used", {
        cause: error,
        hint: "both are PEM texts, and the certificate is the key's own",
      });
    }
  }
}

function listenError(error: unknown, host: string, port: number): LabError {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return code === "EADDRINUSE"
    ? new LabError("broker.portInUse", `port ${port} of ${host} is taken by another program`, {
        cause: error,
        hint: "another lab may be running; stop it, or choose another port, or 0 for any free one",
      })
    : new LabError("broker.failed", `the broker cannot listen on ${host}, port ${port}: ${String(error)}`, {
        cause: error,
      });
}
