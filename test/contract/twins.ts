import { openBroker } from "@labloop/broker";
import { type Authority, type Bus, createMemoryBroker, type MemoryBus, type Will } from "@labloop/bus";
import { openMqttBus } from "@labloop/bus/mqtt";
import { createRealClock, createVirtualClock } from "@labloop/clock";
import type { Log } from "@labloop/contracts";
import mqtt from "mqtt";
import { openMosquitto } from "../support/mosquitto.ts";
import { openRelay } from "./relay.ts";

/** One client, and the hands of the test on its link. */
export interface Client {
  readonly bus: Bus;
  /** Cuts the link without goodbye and keeps it cut. */
  cut(): void;
  mend(): void;
  /** Leaves the present link alone, but the client cannot connect again. */
  strand(): void;
}

/** A lab's messaging, over whichever bus: the contract suite knows nothing more. */
export interface Wiring {
  /** Whether the broker turns down retained commands and controls (T4); one that is not ours may keep them. */
  readonly refusesRetainedOrders: boolean;
  connect(clientId: string, will?: () => Will, authority?: Authority): Promise<Client>;
  /** Sends bytes past the codec, as a raw client of that id would; resolves when the broker took or refused them. */
  sendRaw(clientId: string, topic: string, bytes: Uint8Array, retain: boolean): Promise<void>;
  /** Lets the world go on until this is true. */
  until(isTrue: () => boolean): Promise<void>;
  close(): Promise<void>;
}

export const silentLog: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/** The in-memory bus in virtual time. */
export async function wireMemory(lab: string): Promise<Wiring> {
  const clock = createVirtualClock(0);
  const broker = createMemoryBroker({ lab, clock });
  const buses: MemoryBus[] = [];
  return {
    refusesRetainedOrders: true,
    async connect(clientId, will, authority) {
      const bus = broker.connect({ clientId, ...authority, ...(will === undefined ? {} : { will }) });
      buses.push(bus);
      return { bus, cut: () => bus.drop(), mend: () => bus.rejoin(), strand: () => undefined };
    },
    sendRaw: async (_clientId, topic, bytes, retained) => broker.inject(topic, bytes, { retained }),
    async until(isTrue) {
      if ((await clock.run(isTrue)) === "idle") throw new Error("nothing is left to happen, and it has not come true");
    },
    async close() {
      await Promise.all(buses.map((bus) => bus.close()));
    },
  };
}

/** The embedded broker and buses over real TCP. */
export async function wireMqtt(lab: string): Promise<Wiring> {
  return wireBroker(lab, await openBroker({ lab, log: silentLog }), true);
}

/** A real Mosquitto and buses over real TCP, in MQTT 3.1.1. */
export async function wireMosquitto(lab: string): Promise<Wiring> {
  return wireBroker(lab, await openMosquitto(), false);
}

/** The same in MQTT 5. */
export async function wireMosquitto5(lab: string): Promise<Wiring> {
  return wireBroker(lab, await openMosquitto(), false, 5);
}

/** The embedded broker, for buses that would rather speak MQTT 5. */
export async function wireMqttAuto(lab: string): Promise<Wiring> {
  return wireBroker(lab, await openBroker({ lab, log: silentLog }), true, "auto");
}

/** Buses on a broker, each through a wire of its own. */
function wireBroker(
  lab: string,
  broker: { readonly url: string; readonly port: number; close(): Promise<void> },
  refusesRetainedOrders: boolean,
  protocol: 4 | 5 | "auto" = 4,
): Wiring {
  const linkClock = createRealClock();
  const closers: (() => Promise<void>)[] = [];
  return {
    refusesRetainedOrders,
    async connect(clientId, will, authority) {
      const relay = await openRelay(broker.port);
      const bus = openMqttBus({
        url: `mqtt://127.0.0.1:${relay.port}`,
        lab,
        clientId,
        protocol,
        linkClock,
        jitter: () => 0,
        log: silentLog,
        ...authority,
        ...(will === undefined ? {} : { will }),
      });
      closers.push(async () => {
        await bus.close();
        await relay.close();
      });
      return { bus, cut: () => relay.cut(), mend: () => relay.mend(), strand: () => relay.refuse() };
    },
    async sendRaw(clientId, topic, bytes, retain) {
      const client = await mqtt.connectAsync(broker.url, { clientId, protocolVersion: 4, reconnectPeriod: 0 });
      const whenClosed = new Promise<void>((resolve) => void client.once("close", () => resolve()));
      const whenTaken = new Promise<void>((resolve) => {
        client.publish(topic, Buffer.from(bytes), { qos: 1, retain }, () => resolve());
      });
      await Promise.race([whenTaken, whenClosed]);
      // With a message outstanding a polite end would wait for its acknowledgement.
      await client.endAsync(!client.connected);
    },
    until: hopUntil,
    async close() {
      await Promise.all(closers.map((close) => close()));
      await broker.close();
    },
  };
}

/** Turns the event loop until this is true; the test's time-out is the only other way out. */
export async function hopUntil(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}
