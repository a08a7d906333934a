import { type Cancel, type Clock, LabError, type Log, topicOf, topics } from "@labloop/contracts";
import { createBackOff } from "./back-off.ts";
import type { Authority, Bus, Will } from "./bus.ts";
import { encode, leafOf } from "./codec.ts";
import { mirrorsOf } from "./mirror.ts";
import { parseBrokerUrl } from "./broker-url.ts";
import { type MqttLink, openMqttLink } from "./mqtt-link.ts";
import { createSubscriptions } from "./subscriptions.ts";

/** A link that held for so long was no flapping one: the next wait may be short again. */
const steadyAfterMs = 15_000;

export interface MqttBusOptions extends Authority {
  /** `mqtt://host:port` or `mqtts://host:port`, with user and password if the broker wants them. */
  readonly url: string;
  readonly lab: string;
  /** `dev-{device}`, `eng-{cell}-{epoch}` or `stop-{name}`; the broker knows its client by it. */
  readonly clientId: string;
  /** Wins over user and password of the url. */
  readonly account?: Account | undefined;
  /** Of a TLS connection: the authority to believe instead of the system's, PEM. */
  readonly ca?: string | undefined;
  /**
   * Of MQTT; 4 by default. With 5 the message properties repeat what the envelope says (T6); with "auto" a broker that
   * turns 5 down, as the embedded one does (T5), is spoken to in 4.
   */
  readonly protocol?: 4 | 5 | "auto";
  /** Asked at every attempt to connect. */
  readonly will?: () => Will;
  readonly linkClock: Clock;
  /** Draws from [0, 1). */
  readonly jitter: () => number;
  readonly log: Log;
}

/** How the broker knows a client. */
export interface Account {
  readonly user: string;
  readonly secret: string;
}

/**
 * Returns a bus that connects by itself, now and after every loss, each time with a fresh client; a broker that is not
 * there yet is waited for. Throws `bus.badUrl`.
 */
export function openMqttBus(options: MqttBusOptions): Bus {
  const { url, lab, clientId, will, linkClock, jitter, log, seal, trust, account, ca, protocol = 4 } = options;
  const address = parseBrokerUrl(url);
  const subscriptions = createSubscriptions(lab, trust);
  const upListeners = new Set<() => void>();
  const downListeners = new Set<(reason: string) => void>();
  const backOff = createBackOff(jitter);
  let link: MqttLink | null = null;
  let version: 4 | 5 = protocol === 4 ? 4 : 5;
  let upSince: number | null = null;
  let isClosed = false;
  let whenClosed: Promise<void> | null = null;
  let lastComplaint: string | null = null;
  let cancelRetry: Cancel = () => undefined;

  function connect(): void {
    const onConnected = () => subscribeAll(new Set());
    link = openMqttLink(
      { address, lab, clientId, will: will?.(), linkClock, seal, version, account, ca },
      { onConnected, onMessage, onLost },
    );
  }

  function onMessage(topic: string, bytes: Uint8Array, retained: boolean): void {
    if (!isClosed) subscriptions.dispatch(topic, bytes, retained);
  }

  /** Goes up when every filter is acknowledged, those that were added meanwhile too. */
  function subscribeAll(acknowledged: ReadonlySet<string>): void {
    if (isClosed) return;
    const missing = subscriptions.filters().filter((filter) => !acknowledged.has(filter));
    if (missing.length === 0) goUp();
    else link?.subscribe(missing, () => subscribeAll(new Set([...acknowledged, ...missing])));
  }

  function goUp(): void {
    upSince = linkClock.now();
    lastComplaint = null;
    log.info({ clientId, broker: address.name }, "connected to the broker");
    for (const listener of upListeners) listener();
  }

  function onLost(reason: string, wasTurnedDown: boolean): void {
    const wasUp = upSince !== null;
    if (upSince !== null && linkClock.now() - upSince >= steadyAfterMs) backOff.reset();
    upSince = null;
    link = null;
    if (isClosed) return;
    if (protocol === "auto" && wasTurnedDown) {
      version = version === 5 ? 4 : 5;
      if (version === 4) {
        log.info({ clientId, broker: address.name, reason }, "the broker turned MQTT 5 down; trying MQTT 3.1.1");
        cancelRetry = linkClock.at(linkClock.now(), connect);
        return;
      }
    }
    const waitMs = backOff.nextMs();
    if (reason !== lastComplaint) {
      log.warn({ clientId, broker: address.name, reason }, "no link to the broker; trying again until there is one");
    }
    lastComplaint = reason;
    cancelRetry = linkClock.at(linkClock.now() + waitMs, connect);
    if (wasUp) for (const listener of downListeners) listener(reason);
  }

  connect();
  return {
    get isUp() {
      return upSince !== null;
    },
    async publish(key, name, payload) {
      if (link === null || upSince === null) {
        throw new LabError("bus.down", `${clientId} is not connected to ${address.name}`);
      }
      const { qos, retain } = topics[key];
      const properties = version === 5 ? mirrorsOf(lab, name, payload, linkClock.now()) : undefined;
      const bytes = encode(key, name, payload, seal);
      await link.publish(topicOf(lab, key, name, leafOf(payload)), bytes, { qos, retain, properties });
    },
    subscribe(subscription) {
      subscriptions.add(subscription);
      const filter = topicOf(lab, subscription.key, subscription.name);
      // Also when the filter is in use: the broker then sends again what it keeps.
      if (upSince !== null) link?.subscribe([filter], () => undefined);
      return () => {
        subscriptions.remove(subscription);
        if (upSince !== null && !subscriptions.filters().includes(filter)) link?.unsubscribe(filter);
      };
    },
    onUp(listener) {
      upListeners.add(listener);
      return () => void upListeners.delete(listener);
    },
    onDown(listener) {
      downListeners.add(listener);
      return () => void downListeners.delete(listener);
    },
    close() {
      isClosed = true;
      upSince = null;
      cancelRetry();
      whenClosed ??= link === null ? Promise.resolve() : link.close();
      return whenClosed;
    },
  };
}
