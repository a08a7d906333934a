import { isIPv6, type Socket } from "node:net";
import { type Clock, LabError, type Log, parseTopic, topics } from "@labloop/contracts";
import { Aedes, type Client, type PublishPacket } from "aedes";
import { accessOf, identityOf } from "./access.ts";
import { createAdmission } from "./admit-client.ts";
import type { Credentials } from "./credentials.ts";
import { isLoopback } from "./is-loopback.ts";
import { openListener, type ServerIdentity } from "./open-listener.ts";
import { createPace } from "./pace.ts";
import { createPacketGuard } from "./packet-guard.ts";

/** Contract section 3: no packet is longer. */
const maxPacketBytes = 512 * 1024;
const connectWithinMs = 5_000;
/** Longer, and a vanished client would be taken for present for minutes. */
const longestKeepaliveS = 60;
/** A client that takes nothing for so long is cut off, and what waits for it is forgotten. */
const drainWithinMs = 10_000;
/** Chosen: what a device says in a second at the busiest, and a birth with many unacknowledged reports at once. */
const devicePace = { perSecond: 200, burst: 1_000 };
/** Chosen: twice what an engine says for a thousand steps a second. */
const enginePace = { perSecond: 5_000, burst: 5_000 };

export interface BrokerOptions {
  /** Any address but loopback needs both `tls` and `credentials`. */
  readonly host?: string;
  /** 0 takes a free one. */
  readonly port?: number;
  readonly lab: string;
  /** With them it listens for `mqtts`. */
  readonly tls?: ServerIdentity | undefined;
  /** Without them a client is believed to be who its id says. */
  readonly credentials?: Credentials | undefined;
  /** What the rate of each client is measured by: 200 messages/s, an engine's 5,000/s; without it nobody is slowed. */
  readonly linkClock?: Clock;
  readonly log: Log;
}

export interface Broker {
  readonly url: string;
  readonly port: number;
  connections(): number;
  /** What it has taken off the wire since it began, whoever sent it. */
  bytesRead(): number;
  /** Cuts every connection and resolves when the port is free again. */
  close(): Promise<void>;
}

/**
 * Starts the embedded MQTT broker: protocol 4, clean sessions only, nothing kept on disk.
 *
 * Fails with `broker.notLoopback`, with `broker.portInUse`, or with `broker.badKey` or `broker.failed` when it cannot
 * listen.
 */
export async function openBroker(options: BrokerOptions): Promise<Broker> {
  const { host = "127.0.0.1", port = 0, lab, tls = null, credentials = null, linkClock, log } = options;
  if (!isLoopback(host) && (tls === null || credentials === null)) {
    const missing = [...(tls === null ? ["TLS"] : []), ...(credentials === null ? ["credentials"] : [])];
    throw new LabError(
      "broker.notLoopback",
      `the embedded broker does not listen on ${host} without ${missing.join(" and ")}`,
      {
        hint: "use 127.0.0.1; or run `labloop secure LAB.yaml --out DIR` and give it the key, certificate and credentials made there",
      },
    );
  }
  const paces = new Map<Client, ReturnType<typeof createPace>>();
  const paceOf = (client: Client, clock: Clock) => {
    const known = paces.get(client);
    if (known !== undefined) return known;
    const pace = createPace(clock, identityOf(client.id)?.role === "engine" ? enginePace : devicePace);
    paces.set(client, pace);
    return pace;
  };
  const aedes = await Aedes.createBroker({
    connectTimeout: connectWithinMs,
    keepaliveLimit: longestKeepaliveS,
    drainTimeout: drainWithinMs,
    authenticate: createAdmission(credentials, log),
    authorizePublish(client, packet, done) {
      const why = whyNotPublished(lab, client?.id ?? "", packet);
      if (why !== null) done(new Error(`publish to ${packet.topic} refused: ${why}`));
      // The will of a client that has gone waits for nothing.
      else if (client === null || client.closed || linkClock === undefined) done(null);
      else paceOf(client, linkClock).take(() => done(null));
    },
    authorizeSubscribe(client, subscription, done) {
      const isGranted = accessOf(lab, client.id)?.canSubscribe(subscription.topic) ?? false;
      if (!isGranted) log.warn({ clientId: client.id, filter: subscription.topic }, "subscription refused");
      done(null, isGranted ? subscription : null);
    },
  });
  aedes.on("clientDisconnect", (client) => {
    paces.get(client)?.end();
    paces.delete(client);
  });
  aedes.on("clientError", (client, error) =>
    log.warn({ clientId: client.id, reason: error.message }, "client dropped"),
  );
  aedes.on("connectionError", (_client, error) => log.warn({ reason: error.message }, "connection dropped"));

  const onConnection = (socket: Socket) => {
    const isAllowed = createPacketGuard(maxPacketBytes);
    aedes.handle(socket);
    // Aedes pulls with read(), and each chunk that it pulls is shown here first: its parser never waits for the rest.
    socket.on("data", (chunk: Buffer) => {
      if (!isAllowed(chunk)) socket.destroy(new Error(`a packet is longer than ${maxPacketBytes} bytes`));
    });
  };
  try {
    const listener = await openListener({ host, port, tls, handshakeWithinMs: connectWithinMs, onConnection, log });
    return {
      url: `${tls === null ? "mqtt" : "mqtts"}://${isIPv6(host) ? `[${host}]` : host}:${listener.port}`,
      port: listener.port,
      connections: () => listener.connections(),
      bytesRead: () => listener.bytesRead(),
      async close() {
        await Promise.all([listener.close(), new Promise<void>((resolve) => aedes.close(resolve))]);
      },
    };
  } catch (error) {
    await new Promise<void>((resolve) => aedes.close(resolve));
    throw error;
  }
}

/** Returns why a message is not taken, or null; a will is judged like any other message. */
function whyNotPublished(lab: string, clientId: string, packet: PublishPacket): string | null {
  if (accessOf(lab, clientId)?.canPublish(packet.topic) !== true) return `${clientId} has no right to it`;
  const place = parseTopic(lab, packet.topic);
  if (place === null) return "the topic is not in the contract";
  if (packet.qos === 2) return "quality of service 2 is not used";
  if (packet.retain && !topics[place.key].retain) return "it must not be retained, or it would run at every subscribe";
  return null;
}
