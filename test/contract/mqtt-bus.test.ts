import { once } from "node:events";
import { type AddressInfo, createServer, type Server, Socket } from "node:net";
import { fileURLToPath } from "node:url";
import { fork } from "node:child_process";
import { openBroker } from "@labloop/broker";
import type { Bus } from "@labloop/bus";
import { openMqttBus } from "@labloop/bus/mqtt";
import { createRealClock, createVirtualClock } from "@labloop/clock";
import type { Clock, Log } from "@labloop/contracts";
import { afterEach, expect, test, vi } from "vitest";
import { deviceState, execute, heartbeat } from "./messages.ts";
import { hopUntil, silentLog } from "./twins.ts";

const lab = "demo";
const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  vi.restoreAllMocks();
  for (const close of closers.splice(0).reverse()) await close();
});

function open(url: string, clientId: string, options: { linkClock?: Clock; log?: Log } = {}): Bus {
  const bus = openMqttBus({
    url,
    lab,
    clientId,
    linkClock: createRealClock(),
    jitter: () => 0,
    log: silentLog,
    ...options,
  });
  closers.push(() => bus.close());
  return bus;
}

async function broker(port = 0) {
  const opened = await openBroker({ lab, port, log: silentLog });
  let whenClosed: Promise<void> | null = null;
  const close = () => (whenClosed ??= opened.close());
  closers.push(close);
  return { url: opened.url, port: opened.port, close };
}

/** Log lines, with the fields that a person would read. */
function recordingLog() {
  const lines: string[] = [];
  const write = (level: string) => (fields: object, message: string) => {
    lines.push(`${level} ${message} ${JSON.stringify(fields)}`);
  };
  const log: Log = { debug: write("debug"), info: write("info"), warn: write("warn"), error: write("error") };
  return { lines, log };
}

/** A broker of bare bytes: welcomes everybody, acknowledges only what it is told to. */
async function bareBroker(answers: {
  suback: boolean;
}): Promise<{ url: string; received: Buffer[]; count: () => number }> {
  const received: Buffer[] = [];
  let connections = 0;
  const server: Server = createServer({ noDelay: true }, (socket) => {
    connections++;
    socket.on("error", () => undefined);
    socket.on("data", (chunk: Buffer) => {
      received.push(chunk);
      const type = (chunk[0] ?? 0) >> 4;
      if (type === 1) socket.write(Buffer.from([0x20, 2, 0, 0]));
      if (type === 8 && answers.suback) socket.write(Buffer.from([0x90, 3, chunk[2] ?? 0, chunk[3] ?? 0, 1]));
      if (type === 14) socket.end();
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  closers.push(async () => {
    server.close();
    await once(server, "close");
  });
  return {
    url: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    count: () => connections,
  };
}

test("T1: TCP_NODELAY is set on both ends of every connection, also after a reconnect", async () => {
  // What Node hands to the operating system, for its own option of accepted sockets as well as for setNoDelay().
  const probe = new Socket();
  const opened = await broker();
  probe.connect(opened.port, "127.0.0.1");
  await once(probe, "connect");
  const handle = (probe as unknown as { _handle: object })._handle;
  const prototype = Object.getPrototypeOf(handle) as {
    setNoDelay(on: boolean): number;
    getsockname(out: { port?: number }): number;
    getpeername(out: { port?: number }): number;
  };
  probe.destroy();
  const ends: string[] = [];
  // Called below with the handle that it belongs to.
  const original = Reflect.get(prototype, "setNoDelay") as (this: object, on: boolean) => number;
  vi.spyOn(prototype, "setNoDelay").mockImplementation(function (this: typeof prototype, on) {
    const own: { port?: number } = {};
    const peer: { port?: number } = {};
    this.getsockname(own);
    this.getpeername(peer);
    if (on && own.port === opened.port) ends.push(`broker ${peer.port}`);
    if (on && peer.port === opened.port) ends.push(`client ${own.port}`);
    return original.call(this, on);
  });

  const bus = open(opened.url, "dev-arm");
  await hopUntil(() => bus.isUp);
  await opened.close();
  await hopUntil(() => !bus.isUp);
  await broker(opened.port);
  await hopUntil(() => bus.isUp);
  const portsOf = (side: string) => [
    ...new Set(ends.filter((end) => end.startsWith(side)).map((end) => end.split(" ")[1])),
  ];
  expect(portsOf("broker")).toHaveLength(2);
  expect(portsOf("client")).toEqual(portsOf("broker"));
});

test("a broker that is not there yet is waited for, and the log says so once", async () => {
  const gone = await broker();
  await gone.close();
  const { lines, log } = recordingLog();
  const bus = open(gone.url, "dev-arm", { log });
  let attempts = 0;
  const spy = vi.spyOn(Socket.prototype, "connect");
  await hopUntil(() => (attempts = spy.mock.calls.length) >= 3);
  expect(attempts).toBeGreaterThanOrEqual(3);
  expect(lines).toEqual([expect.stringMatching(/^warn no link to the broker; trying again .*ECONNREFUSED/)]);
  expect(bus.isUp).toBe(false);

  await broker(gone.port);
  await hopUntil(() => bus.isUp);
  expect(lines.at(-1)).toMatch(/^info connected to the broker/);
});

test("T3: a killed broker that comes back on its port gets a fresh client, and nothing stale", async () => {
  const first = await broker();
  const arm = open(first.url, "dev-arm");
  const heard: number[] = [];
  arm.subscribe({ key: "command", name: "arm", onDelivery: ({ payload }) => heard.push(payload.dseq) });
  const engine = open(first.url, "eng-main-1");
  await hopUntil(() => arm.isUp && engine.isUp);
  await engine.publish("command", "arm", execute("arm", 1));
  await hopUntil(() => heard.length === 1);

  // Killed while messages are on their way: those without an acknowledgement are rejected, and never sent again.
  const outcomes = Promise.allSettled([2, 3, 4].map((dseq) => engine.publish("command", "arm", execute("arm", dseq))));
  await first.close();
  for (const outcome of await outcomes) {
    if (outcome.status === "rejected") expect(outcome.reason).toMatchObject({ code: "bus.down" });
  }
  await hopUntil(() => !arm.isUp && !engine.isUp);
  await expect(engine.publish("command", "arm", execute("arm", 5))).rejects.toMatchObject({ code: "bus.down" });
  const beforeReturn = heard.length;

  await broker(first.port);
  await hopUntil(() => arm.isUp && engine.isUp);
  await engine.publish("command", "arm", execute("arm", 6));
  await hopUntil(() => heard.includes(6));
  expect(heard.slice(beforeReturn)).toEqual([6]);
});

test("T2: a message without acknowledgement is given up in time, and the link with it", async () => {
  const bare = await bareBroker({ suback: true });
  const clock = createVirtualClock(0);
  const bus = open(`mqtt://${bare.url}`, "eng-main-1", { linkClock: clock });
  const reasons: string[] = [];
  bus.onDown((reason) => reasons.push(reason));
  await hopUntil(() => bus.isUp);

  const outcome = bus.publish("command", "arm", execute("arm", 1)).catch((error: unknown) => error);
  await clock.run(() => clock.now() >= 5_000);
  expect(await outcome).toMatchObject({ code: "bus.timeout", message: expect.stringContaining("device/arm/cmd") });
  await hopUntil(() => !bus.isUp);
  expect(reasons).toEqual([expect.stringContaining("did not acknowledge")]);

  const sent = () => Buffer.concat(bare.received).toString("latin1").split("device/arm/cmd").length - 1;
  await clock.run(() => (bare.count() === 2 && bus.isUp) || clock.now() > 60_000);
  await hopUntil(() => bus.isUp);
  await bus.publish("heartbeat", "arm", heartbeat("arm", 1));
  await hopUntil(() => Buffer.concat(bare.received).includes("device/arm/hb"));
  expect(sent()).toBe(1);
});

test("a subscription without acknowledgement ends the link: never up, never half deaf", async () => {
  const bare = await bareBroker({ suback: false });
  const clock = createVirtualClock(0);
  const { lines, log } = recordingLog();
  const bus = open(`mqtt://${bare.url}`, "dev-arm", { linkClock: clock, log });
  bus.subscribe({ key: "command", name: "arm", onDelivery: () => undefined });
  await hopUntil(() => Buffer.concat(bare.received).includes("device/arm/cmd"));
  expect(bus.isUp).toBe(false);
  await clock.run(() => clock.now() >= 5_000);
  await hopUntil(() => lines.length > 0);
  expect(lines[0]).toContain("did not acknowledge the subscription of labloop/v1/demo/device/arm/cmd");
});

test("T4: what the broker forbids to hear keeps the bus down, and the log names it", async () => {
  const opened = await broker();
  const { lines, log } = recordingLog();
  const bus = open(opened.url, "dev-arm", { log });
  bus.subscribe({ key: "command", name: "printer", onDelivery: () => undefined });
  await hopUntil(() => lines.length > 0);
  expect(bus.isUp).toBe(false);
  expect(lines[0]).toMatch(/^warn .*refused the subscription of labloop\/v1\/demo\/device\/printer\/cmd/);
});

test("T4: what the broker forbids to say is rejected and costs the link", async () => {
  const opened = await broker();
  const bus = open(opened.url, "dev-arm");
  await hopUntil(() => bus.isUp);
  const reasons: string[] = [];
  bus.onDown((reason) => reasons.push(reason));
  await expect(bus.publish("state", "printer", deviceState("printer", true, 1))).rejects.toMatchObject({
    code: "bus.down",
  });
  expect(reasons).toHaveLength(1);
});

test("user and password of the url are sent, decoded, and kept out of the log", async () => {
  const bare = await bareBroker({ suback: true });
  const { lines, log } = recordingLog();
  const bus = open(`mqtt://ada:se%3Acret%40@${bare.url}`, "dev-arm", { log });
  await hopUntil(() => bus.isUp);
  const packet = Buffer.concat(bare.received).toString("latin1");
  expect(packet).toContain("\x00\x03ada\x00\x08se:cret@");
  expect(lines.join("\n")).not.toMatch(/ada|cret/);
});

test.each(["http://127.0.0.1:1883", "127.0.0.1", "mqtt://", "", "mqtt:1883", "mqtt://a%zz@host"])(
  "refuses the url %s",
  (url) => {
    expect(() => open(url, "dev-arm")).toThrow(expect.objectContaining({ code: "bus.badUrl" }));
  },
);

test("a bus that is closed while it connects, or while it waits to try again, tries no more", async () => {
  const attempts = vi.spyOn(Socket.prototype, "connect");
  const opened = await broker();
  const connecting = open(opened.url, "dev-early");
  await connecting.close();
  expect(connecting.isUp).toBe(false);

  const clock = createVirtualClock(0);
  const { lines, log } = recordingLog();
  const waiting = open("mqtt://127.0.0.1:1", "dev-waiting", { linkClock: clock, log });
  await hopUntil(() => lines.length > 0);
  await waiting.close();
  expect(await clock.run(() => false)).toBe("idle");
  expect(attempts).toHaveBeenCalledTimes(2);
});

test("after close nothing is left that keeps a process alive", async () => {
  const child = fork(fileURLToPath(new URL("./open-and-close.ts", import.meta.url)), { stdio: "inherit" });
  closers.push(async () => void child.kill());
  const [code] = (await once(child, "exit")) as [number];
  expect(code).toBe(0);
});
