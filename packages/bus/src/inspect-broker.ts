import { type Clock, topicOf } from "@labloop/contracts";
import mqtt from "mqtt";
import type { Account } from "./mqtt-bus.ts";
import { parseBrokerUrl } from "./broker-url.ts";

/** A device name that no lab has, for what is sent to nobody. */
const nobody = "labloop-doctor";

/** What a broker is, as far as one client can find out. */
export type BrokerInspection =
  | { readonly isReached: false; readonly why: string }
  | {
      readonly isReached: true;
      /** Of MQTT: 5, or 4 for 3.1.1. */
      readonly protocol: 4 | 5;
      /** What it says of itself; null when it says nothing, or not to this client. */
      readonly version: string | null;
      /** Whether it keeps a retained command and gives it to whoever comes later; null when that could not be found out. */
      readonly keepsCommands: boolean | null;
    };

export interface InspectionOptions {
  readonly url: string;
  readonly lab: string;
  readonly clientId: string;
  readonly account?: Account | undefined;
  readonly ca?: string | undefined;
  readonly linkClock: Clock;
  /** For each answer; 3,000 by default. */
  readonly answerMs?: number;
}

/**
 * Connects once, looks, leaves nothing behind, and resolves with what was found. A command for a device that does not exist
 * is sent as retained, since that alone shows what the broker does with one. Throws `bus.badUrl`.
 */
export async function inspectBroker(options: InspectionOptions): Promise<BrokerInspection> {
  const first = await inspectWith(options, 5);
  return first.isReached ? first : inspectWith(options, 4);
}

async function inspectWith(options: InspectionOptions, protocol: 4 | 5): Promise<BrokerInspection> {
  const { url, lab, clientId, account, ca, linkClock, answerMs = 3_000 } = options;
  const client = mqtt.connect({
    ...parseBrokerUrl(url).options,
    ...(account === undefined ? {} : { username: account.user, password: account.secret }),
    ...(ca === undefined ? {} : { ca }),
    clientId,
    protocolVersion: protocol,
    clean: true,
    connectTimeout: answerMs,
    reconnectPeriod: 0,
  });
  /** What resolves in time, or else null; also when the connection ends first. */
  const inTime = <T>(act: (resolve: (value: T | null) => void) => void) =>
    new Promise<T | null>((resolve) => {
      const cancel = linkClock.at(linkClock.now() + answerMs, () => settle(null));
      const onClose = () => settle(null);
      const settle = (value: T | null) => {
        cancel();
        client.off("close", onClose);
        resolve(value);
      };
      client.once("close", onClose);
      act(settle);
    });
  const publish = (topic: string, text: string, retain: boolean) =>
    inTime<true>((resolve) => {
      client.publish(topic, text, { qos: 1, retain }, (error) => resolve(error ? null : true));
    });
  const subscribe = (topic: string) =>
    inTime<true>((resolve) => {
      client.subscribe(topic, { qos: 1 }, (error, granted) =>
        resolve(error === null && granted?.every(({ qos }) => qos < 128) === true ? true : null),
      );
    });
  let why = `no answer within ${answerMs} ms`;
  client.on("error", (error) => {
    why = error.message === "" ? String((error as NodeJS.ErrnoException).code ?? "refused") : error.message;
  });
  try {
    const isLetIn = await inTime<true>((resolve) => client.once("connect", () => resolve(true)));
    if (isLetIn === null) return { isReached: false, why };
    const topic = topicOf(lab, "command", nobody);
    const heard = new Map<string, string>();
    const listeners = new Set<() => void>();
    client.on("message", (at, payload, { retain }) => {
      heard.set(`${at} ${retain ? "kept" : "sent"}`, payload.toString());
      for (const listener of listeners) listener();
    });
    const hears = (key: string) =>
      inTime<string>((resolve) => {
        const look = () => heard.has(key) && resolve(heard.get(key) ?? "");
        listeners.add(look);
        look();
      });
    const versionTopic = "$SYS/broker/version";
    const version = (await subscribe(versionTopic)) === null ? null : await hears(`${versionTopic} kept`);
    let keepsCommands: boolean | null = client.connected ? null : false;
    if (client.connected && (await publish(topic, "{}", true)) === null)
      keepsCommands = client.connected ? null : false;
    else if (client.connected && (await subscribe(topic)) !== null && (await publish(topic, "{}", false)) !== null) {
      // What was kept is delivered with the subscription, so before anything that is sent later.
      if ((await hears(`${topic} sent`)) !== null) keepsCommands = heard.has(`${topic} kept`);
    }
    if (client.connected) await publish(topic, "", true);
    return { isReached: true, protocol, version, keepsCommands };
  } finally {
    await client.endAsync(true).catch(() => undefined);
  }
}
