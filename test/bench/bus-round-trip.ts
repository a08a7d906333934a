// Compares sequential QoS 1 round trips (engine to device and back, through the embedded broker) with a raw TCP echo in
// the same run, so that the ratio says something on any machine. Run: node test/bench/bus-round-trip.ts [rounds]
import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import { openBroker } from "@labloop/broker";
import { openMqttBus } from "@labloop/bus/mqtt";
import { createRealClock, wallNow } from "@labloop/clock";
import type { Log } from "@labloop/contracts";
import { tell } from "./figure.ts";
import { percentile } from "./percentile.ts";

const rounds = Number(process.argv[2] ?? 2_000);
const warmUp = 200;
const say = (fields: object, message: string) => console.error(message, fields);
const log: Log = { debug: () => undefined, info: () => undefined, warn: say, error: say };

/** Runs one round after the other and returns their durations in milliseconds. */
async function measure(round: (n: number) => Promise<void>): Promise<number[]> {
  const durations: number[] = [];
  for (let n = 1; n <= warmUp + rounds; n++) {
    const from = wallNow();
    await round(n);
    if (n > warmUp) durations.push(wallNow() - from);
  }
  return durations;
}

async function measureEcho(): Promise<number[]> {
  const server = createServer({ noDelay: true }, (socket) => void socket.pipe(socket));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const client = connect({ port: (server.address() as AddressInfo).port, host: "127.0.0.1", noDelay: true });
  await once(client, "connect");
  const body = Buffer.alloc(300, 0x61);
  const durations = await measure(async () => {
    let missing = body.length;
    client.write(body);
    while (missing > 0) missing -= ((await once(client, "data")) as [Buffer])[0].length;
  });
  client.destroy();
  server.close();
  return durations;
}

async function measureBus(): Promise<number[]> {
  const lab = "bench";
  const issuedAt = "2026-01-01T00:00:00.000Z";
  const broker = await openBroker({ lab, log });
  const options = { url: broker.url, lab, linkClock: createRealClock(), jitter: () => 0.5, log };
  const engine = openMqttBus({ ...options, clientId: "eng-main-1" });
  const arm = openMqttBus({ ...options, clientId: "dev-arm" });
  arm.subscribe({
    key: "control",
    name: "arm",
    onDelivery({ payload }) {
      const rid = "rid" in payload ? payload.rid : "";
      const said = { v: 1, kind: "refusal", device: "arm", issuedAt, rid, fence: 1, watermark: 0 } as const;
      void arm.publish("report", "arm", { ...said, code: "journal-unavailable", message: "bench" });
    },
  });
  let answer: () => void = () => undefined;
  engine.subscribe({ key: "report", name: "arm", onDelivery: () => answer() });
  await Promise.all([engine, arm].map((bus) => new Promise<void>((resolve) => void bus.onUp(resolve))));
  const durations = await measure(async (n) => {
    const answered = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const open = { v: 1, kind: "reconcile", device: "arm", issuedAt, epoch: 1, engineId: "bench" } as const;
    void engine.publish("control", "arm", { ...open, rid: String(n), part: 0, parts: 1, open: [] });
    await answered;
  });
  await Promise.all([engine.close(), arm.close()]);
  await broker.close();
  return durations;
}

const echo = await measureEcho();
const bus = await measureBus();
const [least, trip] = [percentile(echo, 0.5), percentile(bus, 0.5)];
tell({
  name: "message there and back",
  figure: `p50 ${trip.toFixed(2)} ms, p99 ${percentile(bus, 0.99).toFixed(2)} ms`,
  ratio: `${(trip / least).toFixed(1)} x a TCP echo`,
  how: `${rounds} QoS 1 round trips one after the other, engine to device, checked and answered; raw TCP echo of 300 bytes ${least.toFixed(3)} ms`,
});
