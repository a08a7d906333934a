import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { LabError, type Log, type ResultInlet } from "@labloop/contracts";
import { isLoopback, listenNear } from "./listen-near.ts";
import { takeUpload, type UploadAnswer } from "./take-upload.ts";
import { whyRefused } from "./why-refused.ts";

// Imported by its name it makes all that it exports, fetch and WebSocket too: 35 ms that nothing here needs (measured, Node 24).
const { createServer } = process.getBuiltinModule("node:http");

/** How long a request may take to arrive, in ms of real time: 16 MiB over a slow link. */
const arriveWithinMs = 120_000;
/** Connections at once; chosen: more than a lab has devices that put at the same time, one of which is served. */
const maxConnections = 64;

export interface UploadsOptions {
  /** 127.0.0.1 when left out. */
  readonly host?: string;
  /** 0, the default, takes any free one. */
  readonly port?: number;
  /** What devices have to show; null for none, on loopback only. */
  readonly token: string | null;
  readonly log: Log;
}

export interface Uploads {
  /** What devices are told as `blobUrl`. */
  readonly url: string;
  /** Takes bytes in from now on; before it every upload is told to come back later. */
  attach(inlet: ResultInlet): void;
  close(): Promise<void>;
}

/**
 * Listens to devices that put large results: `PUT {url}/{sha256}` with a Content-Range of at most 16 MiB, in order. 202 and
 * 409 say in `x-held` from which byte to go on, 201 that all of it is here and verified, 404 to come back in a second.
 * Nothing is taken but what was announced and is waited for, so that nobody can fill memory or a disk with anything else.
 *
 * Fails with `uploads.tokenMissing` for a host that others could reach, and as `listenNear` does.
 */
export async function openUploads({ host = "127.0.0.1", port = 0, token, log }: UploadsOptions): Promise<Uploads> {
  if (!isLoopback(host) && (token === null || token.length < 16)) {
    throw new LabError("uploads.tokenMissing", `uploads on ${host} need a token of at least 16 characters`, {
      hint: "give one to the engine and to the drivers, or listen on 127.0.0.1",
    });
  }
  let inlet: ResultInlet | null = null;
  const taking = new Set<string>();

  const answer = async (request: IncomingMessage): Promise<UploadAnswer> => {
    const refused = token === null ? whyRefused(request) : isShown(request, token) ? null : "";
    if (refused === "") return { status: 401, reason: "show the token: authorization: Bearer ..." };
    if (refused !== null) return { status: 403, reason: refused };
    const digest = /^\/blob\/([0-9a-f]{64})$/.exec(request.url ?? "")?.[1];
    if (digest === undefined) return { status: 404, reason: "results are put to /blob/ and their SHA-256" };
    if (request.method !== "PUT") return { status: 405, reason: "results are put, and not given out" };
    if (inlet === null || taking.has(digest)) return { status: 404, reason: "come back later" };
    taking.add(digest);
    try {
      return await takeUpload(request, digest, inlet);
    } finally {
      taking.delete(digest);
    }
  };

  const server = createServer({ requestTimeout: arriveWithinMs, noDelay: true }, (request, response) => {
    answer(request).then(
      (said) => {
        if (said.status >= 400 && said.status !== 404 && said.status !== 409) {
          log.warn({ path: request.url, status: said.status, reason: said.reason }, "an upload was refused");
        }
        say(request, response, said);
      },
      (error: unknown) => {
        // The device has gone in the middle; it goes on where it was.
        log.debug({ path: request.url, error }, "an upload broke off");
        response.destroy();
      },
    );
  });
  server.maxConnections = maxConnections;
  await listenNear(server, { host, port, isPortFixed: true });
  server.on("error", (error) => log.error({ reason: error.message }, "the listener for uploads failed"));
  const address = server.address();
  const taken = address !== null && typeof address === "object" ? address.port : port;
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${taken}/blob`,
    attach(given) {
      inlet = given;
    },
    async close() {
      inlet = null;
      const whenFree = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await whenFree;
    },
  };
}

/** Compared by digests, which are equally long whatever was shown. */
function isShown(request: IncomingMessage, token: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(request.headers.authorization ?? ""), digest(`Bearer ${token}`));
}

function say(request: IncomingMessage, response: ServerResponse, { status, reason, held }: UploadAnswer): void {
  response.writeHead(status, {
    "content-type": "application/json; charset=utf-8",
    "cache-control": "no-store",
    ...(held === undefined ? {} : { "x-held": String(held) }),
    ...(status === 404 ? { "retry-after": "1" } : {}),
    // What is not read of a refused body must not be taken for the next request.
    ...(request.complete ? {} : { connection: "close" }),
  });
  response.end(JSON.stringify({ ok: status < 300, reason }));
}
