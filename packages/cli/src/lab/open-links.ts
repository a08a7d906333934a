import { randomInt } from "node:crypto";
import { type Bus, createMemoryBroker, type Will } from "@labloop/bus";
import type { Log } from "@labloop/contracts";
import { type BrokerAccess, openAccess } from "./broker-access.ts";
import { requireLoopback } from "./require-loopback.ts";
import type { Time } from "./time.ts";

/** How engine and drivers reach each other. */
export interface Links {
  /** For people: where the broker is. */
  readonly where: string;
  /** What clients begin with there: the embedded broker speaks 3.1.1 only (T5). */
  readonly protocol: 4 | "auto";
  join(clientId: string, will: () => Will): Bus;
  close(): Promise<void>;
}

/**
 * Opens the way between engine and drivers: in memory for virtual time, else MQTT, on the broker at `url` or on an
 * embedded one that listens on a free loopback port. `access` is for the former.
 */
export async function openLinks(
  lab: string,
  time: Time,
  url: string | undefined,
  log: Log,
  access: BrokerAccess = openAccess,
  protocol: Links["protocol"] = url === undefined ? 4 : "auto",
): Promise<Links> {
  if (time.virtual !== null && url === undefined) {
    const broker = createMemoryBroker({ lab, clock: time.virtual });
    return {
      where: "in memory",
      protocol,
      join: (clientId, will) => broker.connect({ clientId, will }),
      close: async () => {},
    };
  }
  if (url === undefined) requireLoopback();
  // Loaded by who needs them: virtual time does not, nor a driver the broker, and both take long to load.
  const { openMqttBus } = await import("@labloop/bus/mqtt");
  const embedded =
    url === undefined
      ? await (await import("@labloop/broker")).openBroker({ lab, linkClock: time.linkClock, log })
      : null;
  const at = url ?? embedded?.url ?? "";
  const jitter = () => randomInt(2 ** 32) / 2 ** 32;
  return {
    where: at,
    protocol,
    join: (clientId, will) =>
      openMqttBus({
        url: at,
        lab,
        clientId,
        will,
        account: access.accountOf(clientId),
        ca: access.ca,
        seal: access.sealOf(clientId),
        trust: access.trust,
        protocol,
        linkClock: time.linkClock,
        jitter,
        log,
      }),
    close: async () => {
      await embedded?.close();
    },
  };
}
