import { generateKeyPairSync } from "node:crypto";
import { openBroker } from "@labloop/broker";
import { createMemoryBroker, encode, type Bus, type Authority, type Will } from "@labloop/bus";
import { openMqttBus } from "@labloop/bus/mqtt";
import { createRandomIds, createRealClock, createVirtualClock } from "@labloop/clock";
import { type Clock, type EngineControl, type Execute, type RefusalCode, topicOf } from "@labloop/contracts";
import { kidOf, type Seal, sealWith, trustIn } from "@labloop/contracts/signature";
import { createMemoryMedium, createStreamPair, openDevice, openMemoryStore, type RunningDevice } from "@labloop/driver";
import mqtt from "mqtt";
import { afterEach, expect, test } from "vitest";
import { deviceId, executeOf, idOf } from "../../packages/driver/test/support/bench.ts";
import { counterDevice, createCounterPlant } from "../../packages/driver/test/support/counter.ts";
import { hopUntil, silentLog } from "./twins.ts";

const lab = "test";
const replays = 10_000;
const epoch = 5;
const utf8 = new TextEncoder();
const closers: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** The ways between an engine, a device and whoever replays. */
interface Wires {
  readonly clock: Clock;
  connect(clientId: string, authority: Authority, will?: () => Will): Bus;
  /** Says bytes as somebody who may: the broker does not stand in the way, the device has to. */
  say(topic: string, bytes: Uint8Array, retained: boolean): Promise<void>;
  until(isTrue: () => boolean): Promise<void>;
}

function memoryWires(): Wires {
  const clock = createVirtualClock(Date.parse("2026-01-05T08:00:00.000Z"));
  const broker = createMemoryBroker({ lab, clock });
  return {
    clock,
    connect: (clientId, authority, will) => broker.connect({ clientId, ...authority, ...(will && { will }) }),
    async say(topic, bytes, retained) {
      broker.inject(topic, bytes, { retained });
      let hasArrived = false;
      clock.at(clock.now(), () => {
        hasArrived = true;
      });
      await clock.run(() => hasArrived);
    },
    async until(isTrue) {
      if ((await clock.run(isTrue)) === "idle") throw new Error("nothing is left to happen");
    },
  };
}

async function mqttWires(): Promise<Wires> {
  const clock = createRealClock();
  const broker = await openBroker({ lab, log: silentLog });
  closers.push(() => broker.close());
  const join = () =>
    mqtt.connectAsync(broker.url, { clientId: "eng-main-66", protocolVersion: 4, reconnectPeriod: 0 }, false);
  let client = await join();
  closers.push(() => client.endAsync(true));
  return {
    clock,
    connect(clientId, authority, will) {
      const bus = openMqttBus({
        url: broker.url,
        lab,
        clientId,
        linkClock: clock,
        jitter: () => 0,
        log: silentLog,
        ...authority,
        ...(will && { will }),
      });
      closers.push(() => bus.close());
      return bus;
    },
    async say(topic, bytes, retain) {
      const speaker = client;
      const isTaken = await new Promise<boolean>((resolve) => {
        const onCut = () => resolve(false);
        speaker.once("close", onCut);
        speaker.publish(topic, Buffer.from(bytes), { qos: 1, retain }, (error) => {
          if (error != null) return;
          speaker.off("close", onCut);
          resolve(true);
        });
      });
      // A retained order costs its sender the connection (T4).
      if (!isTaken) client = await join();
    },
    until: hopUntil,
  };
}

const pairOf = () => generateKeyPairSync("ed25519");
const [own, foreign] = [pairOf(), pairOf()];
const seal = sealWith({ kid: kidOf(own.privateKey), key: own.privateKey });
const forge = sealWith({ kid: kidOf(own.publicKey), key: foreign.privateKey });

/** Changes to a captured message that its signature does not cover any more; each returns the bytes to say. */
type Change = (message: Record<string, unknown>, n: number) => Record<string, unknown>;

/** What anybody can do to a message whose sender is not proved: it stays the same command. */
const ofTheSameCommand: readonly Change[] = [
  (message) => message,
  (message, n) => ({ ...message, epoch: n % epoch }),
  (message, n) => ({ ...message, dseq: 1 + (n % 3) }),
  (message, n) => ({
    ...message,
    params: { tag: "again", force: { value: 5, unit: "N" }, duration: { value: n, unit: "ms" } },
  }),
  (message, n) => ({ ...message, paramsHash: String(n % 10).repeat(64) }),
  (message, n) => ({ ...message, ttlMs: 30_000 + n, issuedAt: "2036-01-01T00:00:00.000Z" }),
  (message, n) => ({ ...message, device: `counter-${n}` }),
  (message) => ({ ...message, kind: "resume", rid: "again" }),
];

/** What only a signature stands against: another command, a higher epoch, a stolen name. */
const ofAnother: readonly Change[] = [
  (message, n) => ({ ...message, commandId: idOf(100 + n), stepId: idOf(100 + n).slice(0, 26), dseq: 100 + n }),
  (message, n) => ({ ...message, epoch: 1_000 + n }),
  (message, n) => ({ ...message, sig: `${"A".repeat(80)}${String(n).padStart(6, "0")}` }),
  ({ sig: _sig, ...message }) => message,
  ({ sig: _sig, kid: _kid, ...message }, n) => forge({ ...message, commandId: idOf(100 + n), dseq: 100 + n }),
  (message, n) => ({ ...message, kid: String(n) }),
  (message, n) => ({ ...message, later: n }),
];

async function rehearse(wires: Wires, { pins }: { pins: boolean }) {
  const { clock } = wires;
  const plant = createCounterPlant(clock);
  const medium = createMemoryMedium();
  const ids = createRandomIds(clock);
  const authority: Authority = pins ? { trust: trustIn(new Map([[kidOf(own.publicKey), own.publicKey]])) } : {};
  const openAgain = () =>
    openDevice({
      definition: counterDevice,
      deviceId,
      config: { greeting: "HELLO" },
      mode: "simulated",
      connect: (will) => wires.connect(`dev-${deviceId}`, authority, will),
      store: openMemoryStore({ medium, ids }),
      openWire: async () => {
        const [near, far] = createStreamPair(clock, { delayMs: 0 });
        plant.attach(far);
        return near;
      },
      labClock: clock,
      linkClock: clock,
      ids,
      log: silentLog,
    });
  let births = 0;
  const done = new Set<string>();
  const snapshots = new Set<string>();
  const engineSeal: Seal | undefined = pins ? seal : undefined;
  const engine = wires.connect("eng-main-1", { seal: engineSeal });
  engine.subscribe({ key: "state", name: "+", onDelivery: ({ payload }) => void (births += payload.online ? 1 : 0) });
  engine.subscribe({
    key: "report",
    name: "+",
    onDelivery({ payload }) {
      if (payload.kind === "report" && payload.state === "succeeded") done.add(payload.commandId);
      if (payload.kind === "snapshot") snapshots.add(payload.rid);
    },
  });
  await wires.until(() => engine.isUp);

  const captured: { topic: string; message: Record<string, unknown> }[] = [];
  /** Publishes as the engine does, and keeps the very bytes. */
  const order = async (key: "command" | "control", payload: Execute | EngineControl) => {
    const bytes = encode(key, deviceId, payload as never, engineSeal);
    const message = JSON.parse(Buffer.from(bytes).toString()) as Record<string, unknown>;
    captured.push({ topic: topicOf(lab, key, deviceId), message });
    await engine.publish(key, deviceId, payload as never);
  };
  const head = () => ({
    v: 1 as const,
    device: deviceId,
    epoch,
    engineId: "engine-1",
    issuedAt: new Date(clock.now()).toISOString(),
  });
  const reconcile = async (rid: string) => {
    const at = new Date(clock.now()).toISOString();
    await engine.publish("engineHeartbeat", "main", { v: 1, kind: "engine-hb", epoch, n: 0, at });
    await order("control", { ...head(), kind: "reconcile", rid, part: 0, parts: 1, open: [] });
    await wires.until(() => snapshots.has(rid));
  };

  const refusals: Partial<Record<RefusalCode, number>> = {};
  const note = (device: RunningDevice) => {
    for (const [code, count] of Object.entries(device.refusals())) {
      refusals[code as RefusalCode] = (refusals[code as RefusalCode] ?? 0) + count;
    }
  };
  let device = await openAgain();
  await wires.until(() => births === 1);
  await reconcile("rid-1");
  for (const n of [1, 2, 3]) {
    const commandId = idOf(n);
    const params = { tag: commandId, force: { value: 5, unit: "N" }, duration: { value: 1, unit: "ms" } };
    await order("command", executeOf(clock, n, { params, epoch }));
    await wires.until(() => done.has(commandId));
  }
  await order("control", { ...head(), kind: "cancel", commandId: idOf(1), dseq: 1, reason: "operator" });
  await order("control", { ...head(), kind: "ack", commandIds: [idOf(1), idOf(2)] });
  const truth = [...plant.strokes];
  expect(truth).toEqual([1, 2, 3].map((n) => [idOf(n), 1]));

  const changes = pins ? [...ofTheSameCommand, ...ofAnother] : ofTheSameCommand;
  for (let n = 0; n < replays; n++) {
    if (n === replays / 2) {
      // Across a restart, too, before and after the engine is back.
      note(device);
      device.kill();
      device = await openAgain();
      await wires.until(() => births === 2);
    }
    if (n === (replays * 3) / 4) await reconcile("rid-2");
    const { topic, message } = captured[n % captured.length]!;
    const change = changes[Math.floor(n / captured.length) % changes.length]!;
    await wires.say(topic, utf8.encode(JSON.stringify(change(message, n))), n % 97 === 0);
  }
  // What is said after all of it is answered after all of it.
  await reconcile("rid-3");
  note(device);
  expect([...plant.strokes]).toEqual(truth);
  expect(plant.heard.filter((line) => line.startsWith("STROKE"))).toHaveLength(3);
  await device.close();
  return refusals;
}

test("I1: 10,000 replays of signed orders, equal or altered, kept or not, actuate nothing, over the memory bus", async () => {
  const refusals = await rehearse(memoryWires(), { pins: true });
  expect(refusals["bad-signature"]).toBeGreaterThan(7_000);
});

test("I1: so it is without signatures, where the journal alone stands against replays of its own commands", async () => {
  const refusals = await rehearse(memoryWires(), { pins: false });
  expect(refusals["bad-signature"]).toBeUndefined();
  for (const code of ["stale-epoch", "id-conflict", "wrong-device"] as const)
    expect(refusals[code]).toBeGreaterThan(100);
});

test("I1: so it is over the embedded broker", async () => {
  const refusals = await rehearse(await mqttWires(), { pins: true });
  expect(refusals["bad-signature"]).toBeGreaterThan(7_000);
});
