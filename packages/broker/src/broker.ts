import { BlockList, createServer, isIPv6, type AddressInfo, type Socket } from "node:net";
import { LabError, type Log, parseTopic, topics } from "@labloop/contracts";
import { Aedes, type AuthenticateError, type PublishPacket } from "aedes";
import { accessOf } from "./access.ts";
import { createPacketGuard } from "./packet-guard.ts";

/** Contract section 3: no packet is longer. */
const maxPacketBytes = 512 * 1024;
const connectWithinMs = 5_000;
/** Longer, and a vanished client would be taken for present for minutes. */
const longestKeepaliveS = 60;
/** Codes of MQTT 3.1.1, table 3.1. */
const identifierRejected = 2;
const notAuthorized = 5;

const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8);
loopback.addAddress("::1", "ipv6");

export interface BrokerOptions {
  /** A loopback address: there is neither encryption nor a password yet. */
  readonly host?: string;
  /** 0 takes a free one. */
  readonly port?: number;
  readonly lab: string;
  readonly log: Log;
}

export interface Broker {
  readonly url: string;
  readonly port: number;
  /** Cuts every connection and resolves when the port is free again. */
  close(): Promise<void>;
}

/**
 * Starts the embedded MQTT broker: protocol 4, clean sessions only, nothing kept on disk.
 *
 * Fails with `broker.notLoopback`, with `broker.portInUse`, or with `broker.failed` when it cannot listen.
 */
export async function openBroker({ host = "127.0.0.1", port = 0, lab, log }: BrokerOptions): Promise<Broker> {
  if (host !== "localhost" && !loopback.check(host, isIPv6(host) ? "ipv6" : "ipv4")) {
    throw new LabError("broker.notLoopback", `the embedded broker does not listen on ${host}, only on loopback`, {
      hint: "use 127.0.0.1, or a broker of your own with TLS and passwords and name it by its url",
    });
  }
  const aedes = await Aedes.createBroker({
    connectTimeout: connectWithinMs,
    keepaliveLimit: longestKeepaliveS,
    authenticate(client, _username, _password, done) {
      if (accessOf(lab, client.id) === null) {
        done(refusal(identifierRejected, "a client id is dev-{device} or eng-{cell}-{epoch}"), false);
      } else if (!client.clean)
        done(refusal(notAuthorized, "a session must be clean: a kept one delivers stale commands"), false);
      else done(null, true);
    },
    authorizePublish(client, packet, done) {
      const why = whyNotPublished(lab, client?.id ?? "", packet);
      done(why === null ? null : new Error(`publish to ${packet.topic} refused: ${why}`));
    },
    authorizeSubscribe(client, subscription, done) {
      const isGranted = accessOf(lab, client.id)?.canSubscribe(subscription.topic) ?? false;
      if (!isGranted) log.warn({ clientId: client.id, filter: subscription.topic }, "subscription refused");
      done(null, isGranted ? subscription : null);
    },
  });
  aedes.on("clientError", (client, error) =>
    log.warn({ clientId: client.id, reason: error.message }, "client dropped"),
  );
  aedes.on("connectionError", (_client, error) => log.warn({ reason: error.message }, "connection dropped"));

  const sockets = new Set<Socket>();
  // T1: aedes leaves the option off, which costs 44 ms in every exchange.
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    const isAllowed = createPacketGuard(maxPacketBytes);
    aedes.handle(socket);
    // Aedes pulls with read(), and each chunk that it pulls is shown here first: its parser never waits for the rest.
    socket.on("data", (chunk: Buffer) => {
      if (!isAllowed(chunk)) socket.destroy(new Error(`a packet is longer than ${maxPacketBytes} bytes`));
    });
  });

  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen({ host, port }, () => {
        server.off("error", reject);
        resolve();
      });
    });
  } catch (error) {
    await new Promise<void>((resolve) => aedes.close(resolve));
    throw listenError(error, host, port);
  }
  server.on("error", (error) => log.error({ reason: error.message }, "the broker's listener failed"));

  const taken = (server.address() as AddressInfo).port;
  return {
    url: `mqtt://${isIPv6(host) ? `[${host}]` : host}:${taken}`,
    port: taken,
    async close() {
      const whenFree = new Promise<void>((resolve) => server.close(() => resolve()));
      await new Promise<void>((resolve) => aedes.close(resolve));
      for (const socket of sockets) socket.destroy();
      await whenFree;
    },
  };
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

function refusal(returnCode: number, message: string): AuthenticateError {
  return Object.assign(new Error(message), { returnCode });
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
