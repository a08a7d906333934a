import { connect, createServer, type Socket } from "node:net";

/** A way to the instrument that goes through the suite. */
export interface WireRelay {
  /** Where the driver finds it, on this machine. */
  readonly port: number;
  /** Bytes and messages so far, both ways, over all connections. */
  bytes(): number;
  messages(): number;
  /** The wire breaks once so many more bytes are over. */
  cutAfter(bytes: number): void;
  /** Calls `die` at the message of this number, counted from 0 over all connections: before it is passed on, or right after. */
  dieAt(message: number, when: "before" | "after"): void;
  close(): Promise<void>;
}

/** Opens a relay to an instrument; what comes in one piece from either side counts as one message. */
export async function openWireRelay(
  instrument: { readonly host: string; readonly port: number },
  die: () => void,
): Promise<WireRelay> {
  let bytes = 0;
  let messages = 0;
  let cutAt = Number.POSITIVE_INFINITY;
  let death: { readonly at: number; readonly when: "before" | "after" } | null = null;
  const sockets = new Set<Socket>();

  const join = (from: Socket, to: Socket) => {
    sockets.add(from);
    from.setNoDelay(true);
    from.on("error", () => {});
    from.on("close", () => {
      sockets.delete(from);
      to.destroy();
    });
    from.on("data", (chunk: Buffer) => {
      const isLast = messages++ === death?.at;
      if (isLast && death?.when === "before") {
        die();
        from.destroy();
        to.destroy();
        return;
      }
      const part = chunk.subarray(0, Math.max(0, cutAt - bytes));
      bytes += part.length;
      const isCut = bytes >= cutAt;
      if (isCut) cutAt = Number.POSITIVE_INFINITY;
      if (isCut) to.end(part, () => from.destroy());
      else to.write(part);
      if (isLast) die();
    });
  };

  const server = createServer((driver) => {
    const wire = connect(instrument);
    join(driver, wire);
    join(wire, driver);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    bytes: () => bytes,
    messages: () => messages,
    cutAfter(more) {
      cutAt = bytes + more;
    },
    dieAt(message, when) {
      death = { at: message, when };
    },
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
