import fc from "fast-check";
import { expect, test } from "vitest";
import { createEngineClock } from "../../src/loop/engine-clock.ts";
import { type Bench, createBench, idOf } from "../support/bench.ts";

/** A reconciled device that has heard one heartbeat from an engine whose clock is so far ahead, or none. */
async function hearing(aheadMs: number | null): Promise<Bench> {
  const bench = createBench();
  await bench.boot();
  await bench.pass(50);
  if (aheadMs !== null) await bench.beat(1, aheadMs);
  await bench.reconcile();
  return bench;
}

const createLog = () => {
  const warned: string[] = [];
  const log = { debug() {}, info() {}, error() {}, warn: (_: object, message: string) => void warned.push(message) };
  return { warned, log };
};

test("section 10: the offset is the least of receipt less instant over the last 60 heartbeats", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -5_000, max: 5_000 }), { minLength: 1, maxLength: 200 }), (offsets) => {
      const clock = createEngineClock(createLog().log);
      expect(clock.offsetMs()).toBeNull();
      for (const [n, offset] of offsets.entries()) clock.heard(1, n * 1_000, n * 1_000 + offset);
      expect(clock.offsetMs()).toBe(Math.min(...offsets.slice(-60)));
    }),
  );
});

test("section 10: another engine's clock is another clock", () => {
  const clock = createEngineClock(createLog().log);
  clock.heard(1, 0, -4_000);
  clock.heard(2, 0, 30);
  expect(clock.offsetMs()).toBe(30);
});

test("section 10: clocks that disagree by more than 2 s are warned of once, and again after they had agreed", () => {
  const { warned, log } = createLog();
  const clock = createEngineClock(log);
  for (const [epoch, offset] of [
    [1, 2_000],
    [2, 2_001],
    [2, 2_500],
    [3, 0],
    [4, -2_001],
  ] as const) {
    clock.heard(epoch, 0, offset);
  }
  expect(warned).toHaveLength(2);
});

test("section 10: a command's age is told by the engine's clock, and the heartbeat tells the offset", async () => {
  // The engine's clock is 4 s behind: by itself a fresh command looks 4 s old.
  const bench = await hearing(-4_000);
  const issuedAt = new Date(bench.clock.now() - 4_000).toISOString();
  await bench.execute(1, { issuedAt, ttlMs: 3_000, op: "look", retryClass: "idempotent" });
  await bench.pass(1_500);
  expect(bench.journal().get(idOf(1))?.state).toBe("succeeded");
  expect(bench.heartbeats.at(-1)?.clockOffsetMs).toBe(4_000);
});

test.each([
  ["non-repeatable", "rejected", "device.clockSkew"],
  ["idempotent", "accepted", undefined],
] as const)(
  "section 10: clocks that disagree by more than half of the time to live: %s is %s",
  async (retryClass, state, code) => {
    const bench = await hearing(-4_000);
    const issuedAt = new Date(bench.clock.now() - 4_000).toISOString();
    await bench.execute(1, { issuedAt, ttlMs: 7_000, op: "look", retryClass });
    expect(bench.journal().get(idOf(1))).toMatchObject({ state, ...(code === undefined ? {} : { error: { code } }) });
  },
);

test("section 10: a heartbeat from below the fence, or kept by the broker, tells no time", async () => {
  const bench = await hearing(null);
  await bench.reconcile([], 3, "rid-3");
  await bench.beat(2, -60_000);
  await bench.pass(1_100);
  expect(bench.heartbeats.at(-1)).not.toHaveProperty("clockOffsetMs");
});

test("section 10: before the first heartbeat of a boot nothing is accepted that may not run twice, and everything else is", async () => {
  const bench = await hearing(null);
  await bench.execute(1);
  await bench.execute(2, { op: "look", retryClass: "idempotent" });
  await bench.pass(1_500);
  expect(bench.journal().get(idOf(1))).toMatchObject({ state: "rejected", error: { code: "device.clockUnknown" } });
  expect(bench.journal().get(idOf(2))?.state).toBe("succeeded");
  await bench.beat();
  await bench.execute(1);
  await bench.execute(3);
  await bench.pass(1_500);
  // A rejection is a tombstone, also once the clock is known.
  expect([bench.plant.strokes.get(idOf(1)), bench.plant.strokes.get(idOf(3))]).toEqual([undefined, 1]);
  bench.device().kill();
  await bench.boot();
  await bench.pass(50);
  await bench.reconcile();
  await bench.execute(4);
  expect(bench.journal().get(idOf(4))?.error?.code).toBe("device.clockUnknown");
});
