import type { Bus } from "@labloop/bus";
import type { Clock, Ids, Log, OperatorDesk, PhotoShelf, RandomBand } from "@labloop/contracts";
import type { Journal, Projection } from "@labloop/journal";
import fastify from "fastify";
import { type DriverDesk, noDrivers } from "./driver-desk.ts";
import { createFeed } from "./feed.ts";
import { checkLoopback, listenNear } from "./listen-near.ts";
import { openPresence } from "./presence.ts";
import { readAssets } from "./read-assets.ts";
import { openReadModel } from "./read-model.ts";
import { addRoutes, longestBodyBytes } from "./routes.ts";
import { takeUpgrades } from "./take-upgrades.ts";

export interface GatewayOptions {
  /** A loopback address; 127.0.0.1 when left out. */
  readonly host?: string;
  /** 4820 when left out, or the next free one; 0 takes any. */
  readonly port?: number;
  /** Whether another port will not do. */
  readonly isPortFixed?: boolean;
  readonly desk: OperatorDesk;
  /** Followed from its first event on, or from what `projection` holds. */
  readonly journal: Pick<Journal, "subscribe">;
  /** What was drawn of the journal as it was opened; the gateway's from here on. */
  readonly projection?: Projection | undefined;
  /** Where heartbeats and progress are heard; the caller closes it. */
  readonly bus: Bus;
  /** Nobody knows of any driver when left out. */
  readonly drivers?: DriverDesk;
  readonly labClock: Clock;
  readonly linkClock: Clock;
  /** Gives the feed its id. */
  readonly ids: Ids;
  readonly band: RandomBand | null;
  /** The folder of the built dashboard, `index.html` and `assets/`. Without it everything but the page is served. */
  readonly assets: string;
  /** The file behind `/observations.csv`; it need not exist yet. */
  readonly observationsCsv: string;
  /** Where photos are kept that people take of their steps; none are taken when left out. */
  readonly photos?: PhotoShelf;
  readonly log: Log;
}

export interface Gateway {
  readonly url: string;
  readonly port: number;
  /** Parts from every watcher and resolves when the port is free again. */
  close(): Promise<void>;
}

const defaultPort = 4820;
/** How long a request may take to arrive, in ms of real time. */
const arriveWithinMs = 10_000;

/**
 * Serves the dashboard, the live feed and the operators' commands of a campaign over HTTP and WebSocket.
 *
 * Fails with `gateway.notLoopback`, `gateway.portInUse` or `gateway.failed`. Nothing that a watcher does or leaves undone
 * slows the journal's writer down: it pays for one event's projection, and everything else waits for the link clock.
 */
export async function openGateway(options: GatewayOptions): Promise<Gateway> {
  const { host = "127.0.0.1", port = defaultPort, isPortFixed = false } = options;
  const {
    desk,
    journal,
    bus,
    drivers = noDrivers,
    labClock,
    linkClock,
    ids,
    band,
    observationsCsv,
    photos,
    log,
  } = options;
  checkLoopback(host);
  const assets = await readAssets(options.assets);
  if (!assets.has("index.html")) log.warn({ folder: options.assets }, "there is no dashboard to serve");

  const app = fastify({ bodyLimit: longestBodyBytes, requestTimeout: arriveWithinMs });
  const { server } = app;
  const model = openReadModel({ journal, projection: options.projection, log });
  const presence = openPresence({ bus, linkClock });
  const feed = createFeed({ model, presence, drivers, desk, labClock, linkClock, band, feedId: ids.random(), log });
  const closing = new AbortController();
  const close = async () => {
    closing.abort();
    const whenFree = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    await feed.close();
    presence.close();
    model.close();
    await whenFree;
    await app.close();
  };
  try {
    const { signal } = closing;
    addRoutes(app, {
      model,
      desk,
      drivers,
      closing: signal,
      assets,
      observationsCsv,
      photos: photos ?? null,
      log,
    });
    takeUpgrades(server, { feed, log });
    await app.ready();
    await listenNear(server, { host, port, isPortFixed });
  } catch (error) {
    await close();
    throw error;
  }
  server.on("error", (error) => log.error({ reason: error.message }, "the gateway's listener failed"));

  const address = server.address();
  const taken = address !== null && typeof address === "object" ? address.port : port;
  return { url: `http://${host.includes(":") ? `[${host}]` : host}:${taken}`, port: taken, close };
}
