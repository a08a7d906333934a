import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { createVirtualClock } from "@labloop/clock";
import type { Log } from "@labloop/contracts";
import mqtt, { type IClientOptions, type MqttClient } from "mqtt";
import { afterEach, expect, test, vi } from "vitest";
import {
  type Broker,
  type BrokerOptions,
  createSecret,
  openBroker,
  readCredentials,
  writeCredentials,
} from "../src/index.ts";

const lines: string[] = [];
const write = (fields: object, message: string) => void lines.push(`${message} ${JSON.stringify(fields)}`);
const log: Log = { debug: write, info: write, warn: write, error: write };
const closers: (() => Promise<unknown>)[] = [];
const lab = "demo";
const topic = (rest: string) => `labloop/v1/${lab}/${rest}`;
const secrets = Object.fromEntries(
  ["dev-arm", "dev-printer", "eng-main", "stop-door"].map((user) => [user, createSecret()]),
);
const credentials = readCredentials(writeCredentials(secrets));

afterEach(async () => {
  lines.length = 0;
  for (const close of closers.splice(0).reverse()) await close();
});

async function open(options: Partial<BrokerOptions> = {}): Promise<Broker> {
  const broker = await openBroker({ lab, log, ...options });
  closers.push(() => broker.close());
  return broker;
}

async function join(broker: Broker, clientId: string, options: IClientOptions = {}): Promise<MqttClient> {
  const connecting = { clientId, protocolVersion: 4 as const, reconnectPeriod: 0, ...options };
  const client = await mqtt.connectAsync(broker.url, connecting, false);
  client.on("error", () => undefined);
  closers.push(() => client.endAsync(true));
  return client;
}

const as = (user: string): IClientOptions => ({ username: user, password: secrets[user]! });

function closed(client: MqttClient): Promise<void> {
  return new Promise((resolve) => void client.once("close", () => resolve()));
}

/** Unlike `once`, whether or not an error came first. */
function gone(socket: Socket): Promise<true> {
  return new Promise((resolve) => void socket.once("close", () => resolve(true)));
}

async function hopUntil(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => void setImmediate(resolve));
}

/** A raw connection whose errors are expected. */
function dial(broker: Broker): Socket {
  const socket = connect(broker.port, "127.0.0.1");
  socket.on("error", () => undefined);
  closers.push(async () => socket.destroy());
  return socket;
}

test("with credentials a client is its user and knows that user's secret, or it stays outside", async () => {
  const broker = await open({ credentials });
  for (const [clientId, user] of [
    ["dev-arm", "dev-arm"],
    ["eng-main-7", "eng-main"],
    ["stop-door", "stop-door"],
  ] as const) {
    await join(broker, clientId, as(user));
  }
  const printers = secrets["dev-printer"]!;
  for (const [clientId, options] of [
    ["dev-arm", {}],
    ["dev-arm", { username: "dev-arm" }],
    ["dev-arm", { username: "dev-arm", password: printers }],
    ["dev-arm", as("dev-printer")],
    ["eng-main-7", as("dev-printer")],
    ["eng-other-7", as("eng-main")],
    ["eng-main-7", { username: "eng-main-7", password: secrets["eng-main"]! }],
    ["stop-other", as("stop-door")],
    ["dev-unknown", { username: "dev-unknown", password: printers }],
  ] as const) {
    await expect(join(broker, clientId, options)).rejects.toThrow(/Bad username or password/);
  }
  for (const line of lines) for (const secret of Object.values(secrets)) expect(line).not.toContain(secret);
});

test("nobody with another's secret takes over a client's place; the client itself does", async () => {
  const broker = await open({ credentials });
  const arm = await join(broker, "dev-arm", as("dev-arm"));
  let isGone = false;
  const gone = closed(arm).then(() => {
    isGone = true;
  });
  await expect(join(broker, "dev-arm", as("dev-printer"))).rejects.toThrow();
  // A round trip after the attempt: had it displaced the client, this could not be acknowledged.
  await arm.publishAsync(topic("device/arm/rep"), "still here", { qos: 1 });
  expect(isGone).toBe(false);
  await join(broker, "dev-arm", as("dev-arm"));
  await gone;
});

test("a report, a will or a large result of another device is refused, and nobody hears it", async () => {
  const broker = await open({ credentials });
  const engine = await join(broker, "eng-main-1", as("eng-main"));
  const heard: string[] = [];
  engine.on("message", (_topic, body) => heard.push(body.toString()));
  await engine.subscribeAsync(["rep", "state", "tel", "blob/+"].map((leaf) => topic(`device/+/${leaf}`)));
  for (const leaf of ["rep", "state", "caps", "hb", "tel", `blob/${"a".repeat(64)}`, "cmd", "ctl"]) {
    const printer = await join(broker, "dev-printer", as("dev-printer"));
    const gone = closed(printer);
    printer.publish(topic(`device/arm/${leaf}`), "forged", { qos: 1 });
    await gone;
  }
  const will = { topic: topic("device/arm/state"), payload: Buffer.from("forged"), qos: 1 as const, retain: true };
  const forger = await join(broker, "dev-printer", { ...as("dev-printer"), will });
  const gone = closed(forger);
  forger.stream.destroy();
  await gone;
  const arm = await join(broker, "dev-arm", as("dev-arm"));
  await arm.publishAsync(topic("device/arm/rep"), "own", { qos: 1 });
  await hopUntil(() => heard.length > 0);
  expect(heard).toEqual(["own"]);
});

test("S1: a stop button can stop the lab and command nothing", async () => {
  const broker = await open({ credentials });
  const arm = await join(broker, "dev-arm", as("dev-arm"));
  const heard: string[] = [];
  arm.on("message", (_topic, body) => heard.push(body.toString()));
  await arm.subscribeAsync([topic("estop"), topic("device/arm/cmd"), topic("device/arm/ctl"), topic("engine/+/state")]);
  for (const rest of ["device/arm/cmd", "device/arm/ctl", "engine/main/state", "engine/main/hb"]) {
    const button = await join(broker, "stop-door", as("stop-door"));
    const gone = closed(button);
    button.publish(topic(rest), "forged", { qos: 1 });
    await gone;
  }
  const button = await join(broker, "stop-door", as("stop-door"));
  await expect(button.subscribeAsync(topic("device/arm/rep"))).rejects.toThrow();
  await button.publishAsync(topic("estop"), "stop", { qos: 1, retain: true });
  await hopUntil(() => heard.length > 0);
  expect(heard).toEqual(["stop"]);
});

test("a 150 MB publish is cut off before the broker has read 1 MiB of it", async () => {
  const broker = await open();
  const socket = dial(broker);
  const id = "dev-arm";
  socket.write(
    Buffer.concat([
      Buffer.from([0x10, 12 + id.length, 0, 4]),
      Buffer.from("MQTT"),
      Buffer.from([4, 2, 0, 60, 0, id.length]),
      Buffer.from(id),
    ]),
  );
  await once(socket, "data");
  const rss = process.memoryUsage().rss;
  const cut = gone(socket);
  // 150,000,000 in groups of seven bits.
  socket.write(Buffer.from([0x32, 0x80, 0xa3, 0xc3, 0x47]));
  const chunk = Buffer.alloc(64 * 1024, 0x61);
  let given = 0;
  const pump = () => {
    while (!socket.destroyed && given < 150_000_000) {
      given += chunk.length;
      if (!socket.write(chunk)) return;
    }
  };
  socket.on("drain", pump);
  pump();
  await cut;
  await hopUntil(() => lines.some((line) => line.includes("longer than 524288 bytes")));
  expect(broker.bytesRead()).toBeLessThan(1024 * 1024);
  // Both ends live in this process: neither grows by anything like the packet.
  expect(process.memoryUsage().rss - rss).toBeLessThan(64 * 1024 * 1024);
  await join(broker, "dev-arm");
});

test("who dribbles a CONNECT is cut off after five seconds like one who says nothing, and others are served", async () => {
  const broker = await open();
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  try {
    const before = vi.getTimerCount();
    const socket = dial(broker);
    const cut = gone(socket);
    await hopUntil(() => vi.getTimerCount() > before);
    for (const byte of [0x10, 0x13, 0x00, 0x04]) {
      await new Promise<void>((resolve) => void socket.write(Buffer.from([byte]), () => resolve()));
      vi.advanceTimersByTime(1_000);
    }
    expect(socket.destroyed).toBe(false);
    vi.advanceTimersByTime(1_000);
    expect(await cut).toBe(true);
  } finally {
    vi.useRealTimers();
  }
  await join(broker, "dev-arm");
});

test("a client that floods is slowed to 200 messages a second; nothing is lost and others go on", async () => {
  const linkClock = createVirtualClock(0);
  const broker = await open({ linkClock });
  const engine = await join(broker, "eng-main-1");
  const heard: number[] = [];
  engine.on("message", (_topic, body) => heard.push(Number(body.toString())));
  await engine.subscribeAsync(topic("device/+/rep"), { qos: 1 });
  const arm = await join(broker, "dev-arm");
  const sent = Array.from({ length: 1_200 }, (_, n) =>
    arm.publishAsync(topic("device/arm/rep"), String(n), { qos: 1 }),
  );
  await hopUntil(() => heard.length === 1_000);
  const printer = await join(broker, "dev-printer");
  await printer.publishAsync(topic("device/printer/rep"), "-1", { qos: 1 });
  await hopUntil(() => heard.length === 1_001);
  expect(heard.filter((n) => n >= 1_000)).toEqual([]);
  const pass = async (ms: number) => {
    const until = linkClock.now() + ms;
    linkClock.at(until, () => undefined);
    await linkClock.run(() => linkClock.now() >= until);
  };
  await pass(502);
  await hopUntil(() => heard.length === 1_101);
  await pass(500);
  await Promise.all(sent);
  await hopUntil(() => heard.length === 1_201);
  expect(heard.filter((n) => n >= 0)).toEqual(Array.from({ length: 1_200 }, (_, n) => n));
});

test("the 1,025th connection is turned away, and taken once there is room", async () => {
  const broker = await open();
  const sockets = Array.from({ length: 1_024 }, () => dial(broker));
  await Promise.all(sockets.map((socket) => once(socket, "connect")));
  await hopUntil(() => broker.connections() === 1_024);
  const late = dial(broker);
  await gone(late);
  expect(lines.some((line) => line.includes("too many"))).toBe(true);
  sockets[0]?.destroy();
  await hopUntil(() => broker.connections() === 1_023);
  await join(broker, "dev-arm");
});
