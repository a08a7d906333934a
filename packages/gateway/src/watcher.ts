import type { WebSocket } from "ws";

/** More than this waiting to be sent, and the watcher is passed over until it has caught up. */
const slowBytes = 256 * 1024;
/** More than this standing still, and it is parted from. A snapshot alone may be longer, so what moves may stay. */
const stuckBytes = 4 * 1024 * 1024;

/** One connection to the feed. */
export interface Watcher {
  /** The last event that it holds; null when it holds nothing of this feed. */
  seq: number | null;
  /** Whether it has said hello and not been answered. */
  isOwed: boolean;
  /** Whether it is open and has taken, but for little, what it was sent. */
  readonly canTake: boolean;
  send(frame: Buffer): void;
  /** Asks whether it is there; cuts the connection when it has said nothing since it was asked last. */
  ping(): void;
  /** Parts from it when a long backlog has not moved since the last look. */
  partIfStuck(): void;
  /** Says why, and sends nothing more. */
  part(code: number, reason: string): void;
  /** Parts from it, at once if it does not read, and resolves when the connection is closed. */
  end(): Promise<void>;
}

/** Returns a watcher that has said nothing yet, on an open socket. `onEnd` is called once, with why it is over. */
export function createWatcher(
  socket: WebSocket,
  { onText, onEnd }: { onText: (text: string) => void; onEnd: (reason: string) => void },
): Watcher {
  let isThere = true;
  let backlog = 0;
  let fault = "";
  const isOpen = () => socket.readyState === socket.OPEN;
  const whenClosed = new Promise<void>((resolve) => {
    socket.once("close", (code, reason) => {
      onEnd(fault || reason.toString() || `closed with ${code}`);
      resolve();
    });
  });
  // Always followed by "close".
  socket.on("error", (error) => {
    fault = error.message;
  });
  socket.on("pong", () => {
    isThere = true;
  });
  socket.on("message", (bytes, isBinary) => {
    isThere = true;
    if (!isOpen()) return;
    if (isBinary) watcher.part(1008, "a watcher speaks JSON, as text");
    else onText(textOf(bytes));
  });

  const watcher: Watcher = {
    seq: null,
    isOwed: false,
    get canTake() {
      return isOpen() && socket.bufferedAmount <= slowBytes;
    },
    send: (frame) => socket.send(frame, { binary: false }),
    ping() {
      if (!isOpen()) return;
      if (!isThere) return socket.terminate();
      isThere = false;
      socket.ping();
    },
    partIfStuck() {
      const waiting = socket.bufferedAmount;
      if (waiting > stuckBytes && waiting >= backlog && backlog > stuckBytes) {
        watcher.part(1013, "too slow for the live feed: say hello again with the last event that you hold");
      }
      backlog = waiting;
    },
    part(code, reason) {
      if (isOpen()) socket.close(code, reason);
    },
    end() {
      // Whoever does not read would not see the goodbye either, and would hold up the end until it is given up.
      if (socket.bufferedAmount > slowBytes) socket.terminate();
      else watcher.part(1001, "the lab's server stops");
      return whenClosed;
    },
  };
  return watcher;
}

function textOf(bytes: Buffer | ArrayBuffer | Buffer[]): string {
  if (Array.isArray(bytes)) return Buffer.concat(bytes).toString();
  return Buffer.isBuffer(bytes) ? bytes.toString() : Buffer.from(bytes).toString();
}
