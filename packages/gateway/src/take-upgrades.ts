import type { Server } from "node:http";
import type { Duplex } from "node:stream";
import type { Log } from "@labloop/contracts";
import { type ServerOptions, WebSocketServer } from "ws";
import type { Feed } from "./feed.ts";
import { whyRefused } from "./why-refused.ts";

// Imported by its name it makes all that it exports, fetch and WebSocket too: 35 ms that nothing here needs (measured, Node 24).
const { STATUS_CODES } = process.getBuiltinModule("node:http");

/** A hello is a hundred bytes; whoever sends more than this is closed with 1009. */
const longestMessageBytes = 64 * 1024;
/** How long a peer may take to answer a close, in ms of real time. */
const closeWithinMs = 2_000;

/** Makes a server take WebSockets on `/feed`, from our own pages and from scripts, and hand them to the feed. */
export function takeUpgrades(server: Server, { feed, log }: { feed: Feed; log: Log }): void {
  // The types of ws do not know closeTimeout yet.
  const options: ServerOptions & { readonly closeTimeout: number } = {
    noServer: true,
    clientTracking: false,
    // Packing every frame for every watcher would cost far more than loopback saves.
    perMessageDeflate: false,
    maxPayload: longestMessageBytes,
    closeTimeout: closeWithinMs,
  };
  const sockets = new WebSocketServer(options);
  server.on("upgrade", (request, wire, head) => {
    const refusal = whyRefused(request);
    if (refusal !== null) {
      log.warn({ reason: refusal, origin: request.headers.origin }, "watcher refused");
      return refuse(wire, 403, refusal);
    }
    if (request.url?.split("?")[0] !== "/feed") return refuse(wire, 404, "the live feed is at /feed");
    sockets.handleUpgrade(request, wire, head, (socket) => feed.admit(socket));
  });

  function refuse(wire: Duplex, status: number, reason: string): void {
    wire.once("error", (error) => log.debug({ reason: error.message }, "a refused watcher has gone"));
    const body = JSON.stringify({ ok: false, reason });
    const head = [
      `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
      "connection: close",
      "content-type: application/json; charset=utf-8",
      `content-length: ${Buffer.byteLength(body)}`,
    ];
    wire.end([...head, "", body].join("\r\n"), () => wire.destroy());
  }
}
