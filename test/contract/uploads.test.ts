import { createMemoryBroker } from "@labloop/bus";
import { createRandomIds, createRealClock } from "@labloop/clock";
import type { Log, ResultInlet } from "@labloop/contracts";
import { canonicalJson } from "@labloop/contracts";
import { sha256 } from "@labloop/contracts/digest";
import { createMemoryMedium, createStreamPair, openDevice, openMemoryStore } from "@labloop/driver";
import { openUploads } from "@labloop/gateway";
import { expect, onTestFinished, test } from "vitest";
import { deviceId, executeOf, idOf } from "../../packages/driver/test/support/bench.ts";
import { counterDevice, createCounterPlant } from "../../packages/driver/test/support/counter.ts";

const quiet: Log = { debug() {}, info() {}, warn() {}, error() {} };
const chunkBytes = 128 * 1024;
const values = Array.from({ length: 90_000 }, (_, index) => Math.round(1e6 * Math.sin(index)) / 1e6);
const result = { curve: { values, unit: "N" } };
const expected = Buffer.from(canonicalJson(result));
const stroke = counterDevice.operations["stroke"]!;

/** A device whose act yields a curve of more than 192 KiB. */
const camera = {
  ...counterDevice,
  operations: {
    stroke: {
      ...stroke,
      result: { curve: { type: "series", unit: "N" } },
      watch: async (_session, params) => ({ state: "succeeded", result, executed: params }),
    } satisfies typeof stroke,
  },
};

/** Takes the result, each time as the test says before it does. */
function createInlet(before: (put: number) => "take" | "break" | "lose"): ResultInlet & { whole(): Buffer | null } {
  let taken = Buffer.alloc(0);
  let puts = 0;
  let whole: Buffer | null = null;
  return {
    chunkBytes,
    whole: () => whole,
    progress: (of) =>
      of === sha256(expected) && whole === null ? { size: expected.length, held: taken.length } : null,
    put(_of, _offset, bytes) {
      const fate = before(puts++);
      if (fate === "break") throw new Error("the connection breaks");
      if (fate === "lose") return "unwanted";
      taken = Buffer.concat([taken, bytes]);
      if (taken.length < expected.length) return "more";
      whole = taken;
      return "whole";
    },
  };
}

/** A device that has carried out one command, told by `reconcile` where to put its result. */
async function holding(inlet: ResultInlet, token: string | null = null, shown?: string) {
  const clock = createRealClock();
  const ids = createRandomIds(clock);
  const broker = createMemoryBroker({ lab: "test", clock });
  const plant = createCounterPlant(clock);
  const uploads = await openUploads({ token, log: quiet });
  onTestFinished(() => uploads.close());
  uploads.attach(inlet);
  const engine = broker.connect({ clientId: "eng-main-1" });
  const heard: string[] = [];
  engine.subscribe({
    key: "report",
    name: deviceId,
    onDelivery: ({ payload }) => void heard.push(payload.kind === "report" ? payload.state : payload.kind),
  });
  engine.subscribe({ key: "state", name: deviceId, onDelivery: () => void heard.push("birth") });
  const medium = createMemoryMedium();
  const boot = () =>
    openDevice({
      definition: camera,
      deviceId,
      config: { greeting: "HELLO" },
      mode: "simulated",
      connect: (will) => broker.connect({ clientId: `dev-${deviceId}`, will }),
      store: openMemoryStore({ medium, ids }),
      async openWire() {
        const [near, far] = createStreamPair(clock, { delayMs: 0 });
        plant.attach(far);
        return near;
      },
      labClock: clock,
      linkClock: clock,
      ids,
      ...(shown === undefined ? {} : { uploadToken: shown }),
      log: quiet,
    });
  const first = await boot();
  onTestFinished(() => first.kill());
  const until = (what: string) => expect.poll(() => heard, { timeout: 20_000 }).toContain(what);
  const issuedAt = () => new Date(clock.now()).toISOString();
  const reconcile = async () => {
    await engine.publish("engineHeartbeat", "main", { v: 1, kind: "engine-hb", epoch: 1, n: 0, at: issuedAt() });
    const head = { v: 1, device: deviceId, epoch: 1, engineId: "e", issuedAt: issuedAt(), rid: "r" } as const;
    const blobUrl = uploads.url;
    await engine.publish("control", deviceId, { ...head, kind: "reconcile", part: 0, parts: 1, open: [], blobUrl });
  };
  await until("birth");
  await reconcile();
  await until("snapshot");
  const params = { tag: idOf(1), force: { value: 5, unit: "N" }, duration: { value: 1, unit: "ms" } };
  await engine.publish("command", deviceId, executeOf(clock, 1, { params }));
  await until("succeeded");
  const restart = async () => {
    first.kill();
    const second = await boot();
    onTestFinished(() => second.kill());
    heard.length = 0;
    await until("birth");
    await reconcile();
  };
  return { restart };
}

const isWhole = (inlet: { whole(): Buffer | null }) =>
  expect.poll(() => inlet.whole()?.equals(expected) ?? false, { timeout: 20_000 }).toBe(true);

test("§13: a device puts its large result where the engine says, and it has the digest that was reported", async () => {
  const inlet = createInlet(() => "take");
  await holding(inlet);
  await isWhole(inlet);
});

test("§13: broken connections and lost answers are gone on from, with no byte twice", async () => {
  const inlet = createInlet((put) => (put === 1 ? "break" : put === 3 ? "lose" : "take"));
  await holding(inlet);
  await isWhole(inlet);
});

test("§13, D6: what was not put before a restart is put after it", async () => {
  let isOpen = false;
  const inlet = createInlet(() => (isOpen ? "take" : "break"));
  const { restart } = await holding(inlet);
  expect(inlet.whole()).toBeNull();
  isOpen = true;
  await restart();
  await isWhole(inlet);
});

test("§13: a device shows the lab's token, and one that has none puts nothing", async () => {
  const token = "a token of the lab";
  const inlet = createInlet(() => "take");
  await holding(inlet, token, token);
  await isWhole(inlet);
  let puts = 0;
  const kept = createInlet(() => {
    puts++;
    return "take";
  });
  await holding(kept, token, "another token of it");
  expect([puts, kept.whole()]).toEqual([0, null]);
});
