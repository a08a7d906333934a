import { Socket } from "node:net";
import { type Clock, LabError, topicOf, topics } from "@labloop/contracts";
import type { Seal } from "@labloop/contracts/signature";
import mqtt from "mqtt";
import type { BrokerAddress } from "./broker-url.ts";
import type { Will } from "./bus.ts";
import { encode } from "./codec.ts";
import { mirrorsOf } from "./mirror.ts";

/** Contract section 3; the broker gives up after one and a half of it. */
const keepaliveS = 5;
/** Chosen: a broker that has not answered for so long is as good as gone. */
const answerWithinMs = 5_000;
const goodbyeWithinMs = 1_000;
/** Contract T6. */
const mostInFlight = 16;

/** One connection to the broker, used once: after its end a fresh one is made, with nothing left to replay (T3). */
export interface MqttLink {
  /** Resolves when acknowledged (QoS 1) or written (QoS 0); rejects with `bus.timeout` or `bus.down`. */
  publish(
    topic: string,
    bytes: Uint8Array,
    options: { qos: 0 | 1; retain: boolean; properties: mqtt.IClientPublishOptions["properties"] | undefined },
  ): Promise<void>;
  /** Calls back when acknowledged; a refusal or a time-out ends the link, since half a client would wait in silence. */
  subscribe(filters: readonly string[], onAcknowledged: () => void): void;
  unsubscribe(filter: string): void;
  /** Ends the connection with a goodbye, so that the will is not sent, and resolves when the socket is gone. */
  close(): Promise<void>;
}

interface MqttLinkEvents {
  readonly onConnected: () => void;
  readonly onMessage: (topic: string, bytes: Uint8Array, retained: boolean) => void;
  /**
   * Called once, when the link has ended or could not be made; everything outstanding has been rejected. `wasTurnedDown`
   * says that a broker was there and did not let this client in, for whatever reason.
   */
  readonly onLost: (reason: string, wasTurnedDown: boolean) => void;
}

/** Starts to connect and returns the link. */
export function openMqttLink(
  {
    address,
    lab,
    clientId,
    will,
    linkClock,
    seal,
    version,
    account,
    ca,
  }: {
    address: BrokerAddress;
    lab: string;
    clientId: string;
    will: Will | undefined;
    linkClock: Clock;
    seal: Seal | undefined;
    /** 4 is MQTT 3.1.1. */
    version: 4 | 5;
    account: { readonly user: string; readonly secret: string } | undefined;
    ca: string | undefined;
  },
  events: MqttLinkEvents,
): MqttLink {
  const client = mqtt.connect({
    ...address.options,
    ...(account === undefined ? {} : { username: account.user, password: account.secret }),
    ...(ca === undefined ? {} : { ca }),
    clientId,
    protocolVersion: version,
    ...(version === 4 ? {} : { properties: { sessionExpiryInterval: 0, receiveMaximum: mostInFlight } }),
    clean: true,
    keepalive: keepaliveS,
    connectTimeout: answerWithinMs,
    reconnectPeriod: 0,
    resubscribe: false,
    queueQoSZero: false,
    ...(will === undefined ? {} : { will: encodeWill(lab, will, { seal, version, now: linkClock.now() }) }),
  });
  const outstanding = new Set<(reason: LabError) => void>();
  const whenClosed = new Promise<void>((resolve) => void client.stream.once("close", () => resolve()));
  let reason: string | null = null;
  let hasEnded = false;
  let wasReached = false;
  let wasLetIn = false;
  client.stream.once(address.options.protocol === "mqtts" ? "secureConnect" : "connect", () => {
    wasReached = true;
  });

  function breakOff(why: string): void {
    reason ??= why;
    client.stream.destroy();
  }

  /** Settles with the broker's answer, or breaks the link off: mqtt.js would wait for ever. */
  function answered(what: string, ask: (done: (error?: Error | null) => void) => void): Promise<void> {
    return new Promise((resolve, reject) => {
      if (hasEnded) {
        reject(new LabError("bus.down", `${clientId} is not connected to the broker`));
        return;
      }
      const settle = (error?: LabError) => {
        cancelTimer();
        outstanding.delete(settle);
        if (error === undefined) resolve();
        else reject(error);
      };
      const cancelTimer = linkClock.at(linkClock.now() + answerWithinMs, () => {
        const message = `${address.name} did not acknowledge ${what} within ${answerWithinMs} ms`;
        settle(new LabError("bus.timeout", message));
        breakOff(message);
      });
      outstanding.add(settle);
      ask((error) => {
        if (error == null) settle();
        else settle(new LabError("bus.refused", `${address.name} refused ${what}: ${error.message}`, { cause: error }));
      });
    });
  }

  client.on("connect", () => {
    wasLetIn = true;
    // T1: without it every exchange waits for a delayed acknowledgement, 44 ms a side. A TLS socket is one, too.
    if (client.stream instanceof Socket) client.stream.setNoDelay(true);
    events.onConnected();
  });
  client.on("message", (topic, bytes, packet) => events.onMessage(topic, bytes, packet.retain));
  client.on("error", (error) => breakOff(describe(error)));
  client.on("close", () => {
    if (hasEnded) return;
    hasEnded = true;
    const why = reason ?? "the broker closed the connection";
    const down = new LabError("bus.down", `the link of ${clientId} to ${address.name} was lost: ${why}`);
    for (const settle of outstanding) settle(down);
    client.end(true);
    events.onLost(why, wasReached && !wasLetIn);
  });

  return {
    publish: (topic, bytes, { qos, retain, properties }) =>
      answered(`a message to ${topic}`, (done) =>
        client.publish(topic, Buffer.from(bytes), { qos, retain, ...(properties && { properties }) }, done),
      ),
    subscribe(filters, onAcknowledged) {
      answered(`the subscription of ${filters.join(", ")}`, (done) =>
        client.subscribe([...filters], { qos: 1 }, (error) => done(error)),
      ).then(
        () => {
          if (!hasEnded) onAcknowledged();
        },
        (error: Error) => breakOff(error.message),
      );
    },
    unsubscribe(filter) {
      // Whether it is acknowledged does not matter: what still arrives for it concerns nobody.
      if (!hasEnded) client.unsubscribe(filter, () => undefined);
    },
    async close() {
      const cancelTimer = linkClock.at(linkClock.now() + goodbyeWithinMs, () => client.stream.destroy());
      if (client.connected) client.end();
      else client.end(true);
      await whenClosed;
      cancelTimer();
    },
  };
}

function encodeWill(
  lab: string,
  { key, name, payload }: Will,
  { seal, version, now }: { seal: Seal | undefined; version: 4 | 5; now: number },
): NonNullable<mqtt.IClientOptions["will"]> {
  const { qos, retain } = topics[key];
  const properties = { ...mirrorsOf(lab, name, payload, now), willDelayInterval: 0 };
  return {
    topic: topicOf(lab, key, name),
    payload: Buffer.from(encode(key, name, payload, seal)),
    qos,
    retain,
    ...(version === 4 ? {} : { properties }),
  };
}

/** Node leaves the message empty when every address of a host has failed. */
function describe(error: Error): string {
  if (error.message !== "") return error.message;
  return error instanceof AggregateError ? error.errors.map((one: Error) => one.message).join("; ") : error.name;
}
