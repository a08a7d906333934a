import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import type { Bus, Will } from "@labloop/bus";
import { openMqttBus } from "@labloop/bus/mqtt";
import { createVirtualClock } from "@labloop/clock";
import { topicOf, wholeLab } from "@labloop/contracts";
import mqtt, { type IPublishPacket, type MqttClient } from "mqtt";
import { afterEach, expect, test } from "vitest";
import { type Mosquitto, openMosquitto, whyNoMosquitto } from "../support/mosquitto.ts";
import { deviceState, estop, execute, progress } from "./messages.ts";
import { hopUntil, silentLog } from "./twins.ts";

const lab = "demo";
const issuedAt = Date.parse("2026-01-01T00:00:00.000Z");
const closers: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function open(skip: (why: string) => void): Promise<Mosquitto> {
  const why = whyNoMosquitto();
  if (why !== null) skip(why);
  const broker = await openMosquitto();
  closers.push(() => broker.close());
  return broker;
}

/** A raw client of MQTT 5 that keeps whole packets. */
async function eavesdrop(broker: Mosquitto): Promise<{ client: MqttClient; packets: IPublishPacket[] }> {
  const client = await mqtt.connectAsync(broker.url, { protocolVersion: 5, reconnectPeriod: 0 }, false);
  closers.push(() => client.endAsync(true));
  const packets: IPublishPacket[] = [];
  client.on("message", (_topic, _body, packet) => packets.push(packet));
  await client.subscribeAsync("#", { qos: 1 });
  return { client, packets };
}

async function join(broker: Mosquitto, protocol: 4 | 5 | "auto", now: number, will?: () => Will): Promise<Bus> {
  // Its time stands still, so that the ttl that is left is known.
  const bus = openMqttBus({
    url: broker.url,
    lab,
    clientId: "eng-main-1",
    linkClock: createVirtualClock(now),
    jitter: () => 0,
    log: silentLog,
    protocol,
    ...(will === undefined ? {} : { will }),
  });
  closers.push(async () => void bus.close());
  await hopUntil(() => bus.isUp);
  return bus;
}

test.for([5, "auto"] as const)(
  "T6: in MQTT 5 (protocol %s) the properties repeat the envelope",
  async (protocol, { skip }) => {
    const broker = await open(skip);
    const { packets } = await eavesdrop(broker);
    const bus = await join(broker, protocol, issuedAt + 4_200);
    const order = execute("arm", 1);
    const trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    await bus.publish("command", "arm", { ...order, trace });
    const head = { v: 1, device: "arm", issuedAt: order.issuedAt, epoch: 7, engineId: "engine-a" } as const;
    await bus.publish("control", "arm", { ...head, kind: "fence", rid: "rid-1" });
    await bus.publish("report", "arm", progress("arm", 0.5));
    await bus.publish("estop", wholeLab, estop(1, true));
    await hopUntil(() => packets.length === 4);
    const seen = packets.map(({ topic, properties }) => {
      const { responseTopic, correlationData, messageExpiryInterval, userProperties } = properties ?? {};
      return {
        topic,
        responseTopic,
        correlation: correlationData?.toString(),
        messageExpiryInterval,
        ...userProperties,
      };
    });
    const answers = topicOf(lab, "report", "arm");
    expect(seen).toEqual(
      [
        {
          topic: topicOf(lab, "command", "arm"),
          responseTopic: answers,
          correlation: order.commandId,
          // 30 s less the 4.2 s that have gone, in whole seconds.
          messageExpiryInterval: 26,
          v: "1",
          kind: "execute",
          epoch: "1",
          traceparent: trace,
        },
        {
          topic: topicOf(lab, "control", "arm"),
          responseTopic: answers,
          correlation: "rid-1",
          v: "1",
          kind: "fence",
          epoch: "7",
        },
        { topic: answers, correlation: order.commandId, v: "1", kind: "progress" },
        { topic: topicOf(lab, "estop", wholeLab), v: "1", kind: "estop" },
      ].map((expected) => ({
        responseTopic: undefined,
        correlation: undefined,
        messageExpiryInterval: undefined,
        ...expected,
      })),
    );
  },
);

test("T6: in MQTT 3.1.1 there are none, and the body is the same", async ({ skip }) => {
  const broker = await open(skip);
  const { packets } = await eavesdrop(broker);
  const order = execute("arm", 1);
  for (const protocol of [4, 5] as const) {
    const bus = await join(broker, protocol, issuedAt);
    await bus.publish("command", "arm", order);
    await bus.close();
  }
  await hopUntil(() => packets.length === 2);
  expect(packets[0]?.properties?.userProperties).toBeUndefined();
  expect(packets[1]?.properties?.userProperties).toBeDefined();
  expect(packets[0]?.payload).toEqual(packets[1]?.payload);
});

test("T6: an order whose ttl is over is withheld by nobody but the device: its expiry is a second at least", async ({
  skip,
}) => {
  const broker = await open(skip);
  const { packets } = await eavesdrop(broker);
  const bus = await join(broker, 5, issuedAt + 3_600_000);
  await bus.publish("command", "arm", execute("arm", 1));
  await hopUntil(() => packets.length === 1);
  expect(packets[0]?.properties?.messageExpiryInterval).toBe(1);
});

test("the envelope decides: properties that say something else change nothing", async ({ skip }) => {
  const broker = await open(skip);
  const { client } = await eavesdrop(broker);
  const bus = await join(broker, 5, issuedAt);
  const epochs: number[] = [];
  bus.subscribe({ key: "command", name: "arm", onDelivery: ({ payload }) => epochs.push(payload.epoch) });
  const forged = { v: "2", kind: "cancel", epoch: "99" };
  await bus.publish("command", "arm", execute("arm", 1));
  await client.publishAsync(topicOf(lab, "command", "arm"), JSON.stringify(execute("arm", 2)), {
    qos: 1,
    properties: { userProperties: forged, correlationData: Buffer.from("another"), responseTopic: "elsewhere" },
  });
  await hopUntil(() => epochs.length === 2);
  expect(epochs).toEqual([1, 1]);
});

test("T6: the will repeats its envelope, too, and nothing of the session is left", async ({ skip }) => {
  const broker = await open(skip);
  const { packets } = await eavesdrop(broker);
  const bus = await join(broker, 5, issuedAt, () => ({
    key: "state",
    name: "arm",
    payload: deviceState("arm", false, 1),
  }));
  bus.subscribe({ key: "command", name: "arm", onDelivery: () => undefined });
  // Whoever takes the id over cuts the older connection, whose will then goes out.
  const thief = mqtt.connect(broker.url, {
    clientId: "eng-main-1",
    protocolVersion: 5,
    clean: false,
    reconnectPeriod: 0,
  });
  closers.push(() => thief.endAsync(true));
  const isKept = await new Promise<boolean>((resolve) => {
    thief.once("connect", ({ sessionPresent }) => resolve(sessionPresent));
  });
  expect(isKept).toBe(false);
  await hopUntil(() => packets.length === 1);
  expect(packets[0]?.properties?.userProperties).toMatchObject({ v: "1", kind: "state" });
});

test("T6: a client announces a receive maximum of 16, a session expiry of 0 and a will delay of 0", async () => {
  const received: Buffer[] = [];
  const server = createServer((socket) => {
    socket.on("data", (chunk: Buffer) => received.push(chunk));
    socket.on("error", () => undefined);
    closers.push(async () => socket.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  closers.push(async () => void server.close());
  const bus = openMqttBus({
    url: `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`,
    lab,
    clientId: "dev-arm",
    linkClock: createVirtualClock(issuedAt),
    jitter: () => 0,
    log: silentLog,
    protocol: 5,
    will: () => ({ key: "state", name: "arm", payload: deviceState("arm", false, 1) }),
  });
  closers.push(async () => void bus.close());
  await hopUntil(() => received.length > 0);
  const connect = Buffer.concat(received);
  // Identifiers of MQTT 5, section 2.2.2.2, and their values.
  for (const property of [
    [0x11, 0, 0, 0, 0],
    [0x21, 0, 16],
    [0x18, 0, 0, 0, 0],
  ]) {
    expect(connect.includes(Buffer.from(property))).toBe(true);
  }
});
