import { once } from "node:events";
import { connect, type Socket } from "node:net";
import type { Log } from "@labloop/contracts";
import mqtt, { type IClientOptions, type MqttClient } from "mqtt";
import { afterEach, expect, test, vi } from "vitest";
import { type Broker, openBroker } from "../src/index.ts";

const lines: string[] = [];
const write = (fields: object, message: string) => void lines.push(`${message} ${JSON.stringify(fields)}`);
const log: Log = { debug: write, info: write, warn: write, error: write };
const closers: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  vi.useRealTimers();
  lines.length = 0;
  for (const close of closers.splice(0).reverse()) await close();
});

async function open(port = 0): Promise<Broker> {
  const broker = await openBroker({ lab: "demo", port, log });
  closers.push(() => broker.close());
  return broker;
}

async function join(broker: Broker, clientId: string, options: IClientOptions = {}): Promise<MqttClient> {
  const client = await mqtt.connectAsync(
    broker.url,
    { clientId, protocolVersion: 4, reconnectPeriod: 0, ...options },
    false,
  );
  closers.push(() => client.endAsync(true));
  return client;
}

function closed(client: MqttClient): Promise<void> {
  return new Promise((resolve) => void client.once("close", () => resolve()));
}

/** Turns the event loop until this is true; the test's time-out is the only other way out. */
async function hopUntil(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => void setImmediate(resolve));
}

/** Resolves with whether the broker took the message or cut the connection. */
function say(client: MqttClient, topic: string, body: string | Buffer, options: { qos: 0 | 1 | 2; retain: boolean }) {
  return new Promise<"taken" | "cut">((resolve) => {
    client.once("close", () => resolve("cut"));
    client.publish(topic, body, options, (error) => {
      if (error == null) resolve("taken");
    });
  });
}

/** A raw connection that has said CONNECT, so that the broker knows it as `dev-arm`. */
async function greet(broker: Broker): Promise<Socket> {
  const socket = connect(broker.port, "127.0.0.1");
  closers.push(async () => socket.destroy());
  socket.on("error", () => undefined);
  const id = "dev-arm";
  socket.write(
    Buffer.concat([
      Buffer.from([0x10, 12 + id.length, 0, 4]),
      Buffer.from("MQTT"),
      Buffer.from([4, 2, 0, 60, 0, id.length]),
      Buffer.from(id),
    ]),
  );
  const [connack] = (await once(socket, "data")) as [Buffer];
  expect([...connack]).toEqual([0x20, 2, 0, 0]);
  return socket;
}

const loud = { qos: 1, retain: false } as const;
const cmd = "labloop/v1/demo/device/arm/cmd";
const rep = "labloop/v1/demo/device/arm/rep";

test.each(["0.0.0.0", "::", "192.168.1.5", "10.0.0.1", "::ffff:127.0.0.1.example", "lab.example.org", ""])(
  "refuses to listen on %j, which is not loopback",
  async (host) => {
    await expect(openBroker({ host, lab: "demo", log })).rejects.toMatchObject({ code: "broker.notLoopback" });
  },
);

test("a port that is taken is a fault with a hint, and nothing of the attempt is left", async () => {
  const first = await open();
  await expect(openBroker({ port: first.port, lab: "demo", log })).rejects.toMatchObject({
    code: "broker.portInUse",
    message: expect.stringContaining(String(first.port)),
    hint: expect.stringContaining("another port"),
  });
});

test("close cuts everybody off, half-open connections too, and frees the port", async () => {
  const first = await open();
  const client = await join(first, "dev-arm");
  const silent = connect(first.port, "127.0.0.1");
  silent.on("error", () => undefined);
  await once(silent, "connect");
  const cut = Promise.all([closed(client), once(silent, "close")]);
  await first.close();
  await cut;
  const second = await open(first.port);
  expect(second.port).toBe(first.port);
  await join(second, "dev-arm");
});

test("T4: refuses what is retained on cmd and ctl, and delivers it to nobody", async () => {
  const broker = await open();
  const arm = await join(broker, "dev-arm");
  const heard: string[] = [];
  arm.on("message", (_topic, body) => heard.push(body.toString()));
  await arm.subscribeAsync([cmd, "labloop/v1/demo/device/arm/ctl"]);
  for (const [index, kind] of ["cmd", "ctl"].entries()) {
    const engine = await join(broker, `eng-main-${index + 1}`);
    const topic = `labloop/v1/demo/device/arm/${kind}`;
    expect(await say(engine, topic, "retained", { qos: 1, retain: true })).toBe("cut");
  }
  const engine = await join(broker, "eng-main-9");
  expect(await say(engine, cmd, "plain", loud)).toBe("taken");
  await hopUntil(() => heard.length > 0);
  expect(heard).toEqual(["plain"]);
  expect(lines.filter((line) => line.includes("must not be retained"))).toHaveLength(2);
});

test("T4: refuses QoS 2, other labs and other people's topics, and lets nobody hear a refused will", async () => {
  const broker = await open();
  const engine = await join(broker, "eng-main-1");
  const heard: string[] = [];
  engine.on("message", (topic, body) => heard.push(`${topic} ${body.toString()}`));
  await engine.subscribeAsync(["labloop/v1/demo/device/+/state", "labloop/v1/demo/device/+/rep"]);

  const refused = [
    { topic: rep, qos: 2 },
    { topic: "labloop/v1/demo/device/printer/rep", qos: 1 },
    { topic: "labloop/v1/demo/device/printer/cmd", qos: 1 },
    { topic: "labloop/v1/other/device/arm/rep", qos: 1 },
    { topic: "elsewhere", qos: 1 },
    { topic: "$SYS/anything", qos: 0 },
  ] as const;
  for (const { topic, qos } of refused) {
    const arm = await join(broker, "dev-arm");
    expect(await say(arm, topic, "refused", { qos, retain: false })).toBe(qos === 0 ? "taken" : "cut");
  }
  const will = { topic: "labloop/v1/demo/device/printer/state", payload: Buffer.from("forged"), qos: 1, retain: true };
  const forger = await join(broker, "dev-arm", { will: will as NonNullable<IClientOptions["will"]> });
  const gone = closed(forger);
  forger.stream.destroy();
  await gone;

  const arm = await join(broker, "dev-arm");
  expect(await say(arm, rep, "own", loud)).toBe("taken");
  await hopUntil(() => heard.length > 0);
  expect(heard).toEqual([`${rep} own`]);
});

test("T4: a subscription without a right to it is answered with a failure, not with messages", async () => {
  const broker = await open();
  const arm = await join(broker, "dev-arm");
  await expect(arm.subscribeAsync("labloop/v1/demo/device/+/cmd")).rejects.toThrow(/Subscribe error/);
  await expect(arm.subscribeAsync("#")).rejects.toThrow(/Subscribe error/);
  expect(lines.filter((line) => line.startsWith("subscription refused"))).toHaveLength(2);
});

test.each([
  ["an unknown client id", { clientId: "intruder" }],
  ["a session that outlives its connection", { clientId: "dev-arm", clean: false }],
  ["a keepalive of an hour", { clientId: "dev-arm", keepalive: 3_600 }],
  ["no keepalive", { clientId: "dev-arm", keepalive: 0 }],
  ["MQTT 5 (T5)", { clientId: "dev-arm", protocolVersion: 5 }],
] as const)("refuses %s at the door", async (_what, { clientId, ...options }) => {
  const broker = await open();
  await expect(join(broker, clientId, options)).rejects.toThrow(/refused|closed|connect/i);
});

test("a packet of the full 512 KiB passes", async () => {
  const broker = await open();
  const engine = await join(broker, "eng-main-1");
  await engine.subscribeAsync(rep);
  const arrival = new Promise<number>((resolve) => {
    engine.once("message", (_topic, body) => resolve(body.length));
  });
  const arm = await join(broker, "dev-arm");
  // Topic with its length, and the packet id, count as well.
  const body = Buffer.alloc(512 * 1024 - (2 + rep.length) - 2, 0x61);
  expect(await say(arm, rep, body, loud)).toBe("taken");
  expect(await arrival).toBe(body.length);
});

test("a longer packet cuts the connection at its header, however that is broken up, also after good packets", async () => {
  const broker = await open();
  const socket = await greet(broker);
  const pingreq = Buffer.from([0xc0, 0]);
  socket.write(pingreq);
  const [pingresp] = (await once(socket, "data")) as [Buffer];
  expect([...pingresp]).toEqual([0xd0, 0]);

  const cut = once(socket, "close");
  socket.setNoDelay(true);
  // 512 KiB and one byte: 0x80001 in groups of seven bits. Not a byte of the packet itself is sent.
  for (const byte of [0x32, 0x81, 0x80, 0x20]) {
    await new Promise<void>((resolve) => void socket.write(Buffer.from([byte]), () => resolve()));
  }
  await cut;
  await hopUntil(() => lines.length > 0);
  expect(lines).toEqual([expect.stringContaining("longer than 524288 bytes")]);
});

test("a long first packet is cut off before the client has a name", async () => {
  const broker = await open();
  const socket = connect(broker.port, "127.0.0.1");
  socket.on("error", () => undefined);
  const cut = once(socket, "close");
  socket.write(Buffer.from([0x10, 0xff, 0xff, 0xff, 0x7f]));
  await cut;
});

test("who does not say CONNECT within five seconds is cut off", async () => {
  const broker = await open();
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const before = vi.getTimerCount();
  const socket = connect(broker.port, "127.0.0.1");
  socket.on("error", () => undefined);
  const isClosed = once(socket, "close").then(() => true);
  await hopUntil(() => vi.getTimerCount() > before);
  vi.advanceTimersByTime(4_999);
  expect(socket.destroyed).toBe(false);
  expect(lines).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(await isClosed).toBe(true);
  expect(lines).toEqual([expect.stringContaining("connect did not arrive in time")]);
});
