import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** A wire between a client and a broker that can be cut. */
interface Relay {
  readonly port: number;
  /** Lets the present connections live, but takes no new ones. */
  refuse(): void;
  /** Cuts everything off, as a pulled cable would look to both ends at once; takes no new connections. */
  cut(): void;
  mend(): void;
  close(): Promise<void>;
}

/** Opens a wire to a port on this machine. */
export async function openRelay(targetPort: number): Promise<Relay> {
  const sockets = new Set<Socket>();
  let isOpen = true;
  const server = createServer({ noDelay: true }, (near) => {
    if (!isOpen) {
      near.destroy();
      return;
    }
    const far = connect({ port: targetPort, host: "127.0.0.1", noDelay: true });
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket);
      socket.on("error", () => other.destroy());
      socket.on("close", () => {
        sockets.delete(socket);
        other.destroy();
      });
      socket.pipe(other);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const cut = () => {
    isOpen = false;
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    refuse: () => {
      isOpen = false;
    },
    cut,
    mend: () => {
      isOpen = true;
    },
    async close() {
      const whenClosed = new Promise<void>((resolve) => server.close(() => resolve()));
      cut();
      await whenClosed;
    },
  };
}
