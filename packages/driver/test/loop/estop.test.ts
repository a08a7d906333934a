import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { DeviceStore } from "../../src/index.ts";
import { latchAfter } from "../../src/store/stop.ts";
import { type Bench, createBench, idOf } from "../support/bench.ts";
import { counterDevice } from "../support/counter.ts";
import { createDisk } from "../support/failing-store.ts";

const paramsOf = (n: number, durationMs = 1_000) => ({
  tag: idOf(n),
  force: { value: 5, unit: "N" },
  duration: { value: durationMs, unit: "ms" },
});

/** A device in the middle of a stroke. */
async function midStroke(op: string, bench = createBench()): Promise<Bench> {
  await bench.ready();
  await bench.execute(1, { op, params: paramsOf(1) });
  await bench.pass(200);
  expect(bench.reports(1)).toEqual(["accepted", "started"]);
  return bench;
}

const isCut = (bench: Bench, n = 1) => bench.plant.cutShort.has(idOf(n));
const recordOf = (bench: Bench, n = 1) => bench.journal().get(idOf(n));

describe("an E-STOP", () => {
  test("S2, S3: cuts a running act within 100 ms, and evidence tells how it ended", async () => {
    const bench = await midStroke("telling");
    const raisedAt = bench.clock.now();
    await bench.estop(3);
    await bench.pass(100);
    expect(isCut(bench)).toBe(true);
    expect(bench.last("stopped")).toMatchObject({ stopId: 3, running: [{ commandId: idOf(1), state: "started" }] });
    expect(bench.last("stopped").tookMs).toBeLessThanOrEqual(100);
    expect(Date.parse(bench.last("stopped").issuedAt) - raisedAt).toBeLessThanOrEqual(100);
    expect(recordOf(bench)).toMatchObject({ state: "failed", physical: "partial" });
    expect(bench.reports(1).slice(0, 3)).toEqual(["accepted", "started", "failed"]);
  });

  test("S3: an act of which nobody can tell whether it had ended is in doubt, never a success", async () => {
    const bench = await midStroke("stroke");
    await bench.estop(3);
    await bench.pass(1_000);
    expect(isCut(bench)).toBe(true);
    expect(recordOf(bench)).toMatchObject({ state: "unknown", physical: "unknown" });
  });

  test("S2: the latch is in the journal before the first byte of the halt", async () => {
    let store: DeviceStore | null = null;
    const bench = createBench();
    await bench.ready((opened) => {
      store = opened;
      return opened;
    });
    await bench.execute(1, { params: paramsOf(1) });
    await bench.pass(200);
    const latched: boolean[] = [];
    bench.plant.mischief = (line) => {
      if (line === "STOP") latched.push(store!.head.isLatched);
      return null;
    };
    await bench.estop(3);
    await bench.pass(50);
    expect(latched).toEqual([true]);
  });

  test.each(["telling", "stubborn", "careless"])(
    "S2: at whatever moment it comes, nothing moves afterwards, and what had not begun never will (%s)",
    async (op) => {
      const seen = new Set<string>();
      for (let at = 0; at < 40; at++) {
        const bench = createBench();
        await bench.ready();
        bench.clock.at(bench.clock.now() + at, () => bench.sendStop(3));
        await bench.execute(1, { op, params: paramsOf(1) });
        await bench.pass(100);
        expect(bench.last("stopped").stopId).toBe(3);
        const strokes = bench.plant.strokes.get(idOf(1)) ?? 0;
        expect(isCut(bench)).toBe(strokes === 1);
        const { state, physical, error } = recordOf(bench)!;
        seen.add(`${state} ${physical} ${strokes} ${error?.code}`);
        bench.device().kill();
      }
      expect([...seen].sort()).toEqual(["cancelled none 0 estop-latched", "failed partial 1 device.partial"]);
    },
  );

  test("S2: what was accepted is cancelled at once, whatever the instrument is asked just then", async () => {
    const bench = createBench();
    await bench.ready();
    bench.plant.mischief = (line) => (line === "COUNT?" ? "mute" : null);
    await bench.execute(1);
    await bench.pass(50);
    await bench.estop(3);
    expect(recordOf(bench)).toMatchObject({ state: "cancelled", physical: "none", error: { code: "estop-latched" } });
    expect(bench.reports(1)).toEqual(["accepted", "cancelled"]);
  });

  test("S2: without contact there is no answer until the instrument has taken the halt", async () => {
    const bench = await midStroke("telling");
    bench.plant.isReachable = false;
    bench.plant.hangUp();
    await bench.pass(10);
    await bench.estop(3);
    await bench.pass(400);
    expect(bench.heard.filter(({ kind }) => kind === "stopped")).toEqual([]);
    bench.plant.isReachable = true;
    await bench.pass(1_000);
    expect(bench.last("stopped").stopId).toBe(3);
    expect(isCut(bench)).toBe(true);
  });

  test("S2: a halt that the instrument did not confirm is sent again", async () => {
    const bench = await midStroke("telling");
    let stops = 0;
    bench.plant.mischief = (line) => (line === "STOP" && stops++ === 0 ? "drop before" : null);
    await bench.estop(3);
    await bench.pass(900);
    expect(isCut(bench)).toBe(true);
    expect(bench.last("stopped").stopId).toBe(3);
  });

  test("S2: a repeated stop is answered again and carried out once", async () => {
    const bench = await midStroke("telling");
    await bench.estop(3);
    await bench.pass(100);
    await bench.estop(3);
    await bench.pass(100);
    expect(bench.heard.filter(({ kind }) => kind === "stopped")).toHaveLength(2);
    expect(bench.last("stopped").running).toEqual([{ commandId: idOf(1), state: "failed" }]);
    expect(bench.plant.heard.filter((line) => line === "STOP")).toHaveLength(1);
  });

  test("S3: where nothing can be cut, what has begun is watched to its end, and nothing begins", async () => {
    const { halt: _, ...haltless } = counterDevice;
    const bench = await midStroke("stroke", createBench({ definition: haltless }));
    await bench.estop(3);
    await bench.execute(2);
    await bench.pass(2_000);
    expect(bench.last("stopped")).toMatchObject({ stopId: 3, tookMs: 0 });
    expect(recordOf(bench)).toMatchObject({ state: "succeeded" });
    expect(recordOf(bench, 2)).toMatchObject({ state: "rejected" });
  });

  test("S2: a journal that cannot be written stops nobody from stopping, and gets the latch later", async () => {
    const bench = createBench();
    const disk = createDisk();
    await bench.ready(disk.under);
    await bench.execute(1, { op: "telling", params: paramsOf(1) });
    await bench.pass(200);
    disk.isFull = true;
    await bench.estop(3, true, false);
    await bench.pass(100);
    expect(isCut(bench)).toBe(true);
    expect(bench.last("stopped").stopId).toBe(3);
    disk.isFull = false;
    await bench.pass(5_000);
    bench.device().kill();
    await bench.ready();
    await bench.execute(2);
    expect(recordOf(bench, 2)?.error?.code).toBe("estop-latched");
  });
});

test.each([
  ["takes", false],
  ["cannot take", true],
])(
  "S3: where the journal %s the mark of a stop, evidence found later tells no more than it can after one",
  async (_, isFull) => {
    const bench = createBench();
    const disk = createDisk();
    await bench.ready(disk.under);
    await bench.execute(1);
    await bench.pass(200);
    disk.isFull = isFull;
    await bench.estop(3, true, false);
    await bench.pass(100);
    disk.isFull = false;
    await bench.pass(5_000);
    expect(isCut(bench)).toBe(true);
    expect(recordOf(bench)?.evidence).toHaveProperty("stopSentAt");
    await bench.probe(1);
    await bench.pass(50);
    expect(bench.last("probe-result")).toMatchObject({ outcome: "unknown", decisive: false });
  },
);

test("D4: what was accepted does not start once the journal is mended, after a stop that could not be written", async () => {
  const bench = createBench();
  const disk = createDisk();
  await bench.ready(disk.under);
  await bench.execute(1);
  disk.isFull = true;
  bench.sendStop(3);
  await bench.pass(3_000);
  disk.isFull = false;
  await bench.pass(20_000);
  expect(recordOf(bench)).toMatchObject({ state: "cancelled", physical: "none" });
  expect(bench.plant.strokes.size).toBe(0);
});

describe("a latched device", () => {
  test("S2: rejects every command, for good: a copy that comes after the clearing does not run", async () => {
    const bench = createBench();
    await bench.ready();
    await bench.estop(3);
    await bench.execute(1);
    expect(recordOf(bench)).toMatchObject({ state: "rejected", physical: "none", error: { code: "estop-latched" } });
    await bench.estop(4, false);
    await bench.reconcile([1], 2);
    await bench.execute(1, { epoch: 2 });
    await bench.execute(2, { epoch: 2, params: paramsOf(2, 10) });
    await bench.pass(2_000);
    expect([...bench.plant.strokes.keys()]).toEqual([idOf(2)]);
    expect(new Set(bench.reports(1))).toEqual(new Set(["rejected"]));
  });

  test("S2: is latched still after a restart, whatever the broker remembers", async () => {
    const bench = createBench();
    await bench.ready();
    await bench.estop(3, true, false);
    bench.device().kill();
    await bench.ready();
    expect(bench.last("snapshot").stopId).toBe(3);
    await bench.execute(1);
    await bench.pass(2_000);
    expect(recordOf(bench)?.error?.code).toBe("estop-latched");
    expect(bench.plant.strokes.size).toBe(0);
    expect(bench.heartbeats.at(-1)?.stopId).toBe(3);
  });

  test("S2: one that was away when the stop came finds it at the broker, and cuts the motion before any engine asks", async () => {
    const bench = await midStroke("telling");
    bench.device().kill();
    await bench.estop(3);
    await bench.boot();
    await bench.pass(200);
    expect(isCut(bench)).toBe(true);
    expect(bench.last("stopped").stopId).toBe(3);
  });

  test("S2: a clearing that the journal does not take frees nothing, and the next that it takes does", async () => {
    const bench = createBench();
    const disk = createDisk();
    await bench.ready(disk.under);
    await bench.estop(3);
    disk.isFull = true;
    await bench.estop(4, false);
    disk.isFull = false;
    await bench.execute(1);
    expect(recordOf(bench)?.error?.code).toBe("estop-latched");
    await bench.estop(4, false);
    await bench.reconcile([], 2);
    await bench.execute(2, { epoch: 2, params: paramsOf(2, 10) });
    await bench.pass(1_000);
    expect([...bench.plant.strokes.keys()]).toEqual([idOf(2)]);
  });

  test("S2: killed at any moment of the stop, it cuts the motion when it is back, and says so", async () => {
    for (let at = 0; at < 12; at++) {
      const bench = await midStroke("telling");
      bench.clock.at(bench.clock.now() + at, () => bench.device().kill());
      await bench.estop(3, true, false);
      await bench.pass(15);
      const wasLatched = bench.plant.heard.includes("STOP") || at > 0;
      await bench.ready();
      await bench.pass(100);
      expect({ at, isCut: isCut(bench) }).toEqual({ at, isCut: wasLatched });
      if (!wasLatched) continue;
      expect(recordOf(bench)).toMatchObject({ state: "failed", physical: "partial" });
      expect(bench.last("stopped").stopId).toBe(3);
    }
  });

  test("S2: a lower stop is ignored, and of one the active wins", async () => {
    const bench = createBench();
    await bench.ready();
    await bench.estop(5);
    for (const [stopId, active] of [
      [4, false],
      [5, false],
    ] as const)
      await bench.estop(stopId, active);
    await bench.execute(1);
    expect(recordOf(bench)?.error?.code).toBe("estop-latched");
    await bench.estop(6, false);
    await bench.estop(5);
    await bench.reconcile([], 2);
    await bench.execute(2, { epoch: 2 });
    expect(recordOf(bench, 2)?.state).not.toBe("rejected");
    await bench.estop(6);
    await bench.execute(3, { epoch: 2 });
    expect(recordOf(bench, 3)?.error?.code).toBe("estop-latched");
  });

  test("S2: the latch is the same in whatever order stops arrive", () => {
    const stop = fc.record({ stopId: fc.integer({ min: 1, max: 4 }), active: fc.boolean() });
    const none = { stopId: 0, isLatched: false };
    fc.assert(
      fc.property(fc.array(stop, { maxLength: 8 }), fc.func(fc.integer()), (stops, rank) => {
        const shuffled = [...stops].sort((a, b) => rank(a) - rank(b));
        const highest = Math.max(0, ...stops.map(({ stopId }) => stopId));
        const isLatched = stops.some(({ stopId, active }) => stopId === highest && active);
        for (const order of [stops, shuffled, [...stops, ...shuffled]]) {
          expect(order.reduce(latchAfter, none)).toEqual({ stopId: highest, isLatched });
        }
      }),
    );
  });

  test("S4: a reconcile brings a newer stop and its clearing to a device that never heard them", async () => {
    const bench = await midStroke("telling");
    await bench.reconcile([1], 1, "rid-2", { estop: { stopId: 7, active: true } });
    expect(bench.last("snapshot").stopId).toBe(7);
    await bench.pass(100);
    expect(isCut(bench)).toBe(true);
    await bench.reconcile([], 2, "rid-3", { estop: { stopId: 6, active: false } });
    await bench.execute(2, { epoch: 2 });
    expect(recordOf(bench, 2)?.error?.code).toBe("estop-latched");
    await bench.reconcile([], 2, "rid-4", { estop: { stopId: 8, active: false } });
    await bench.execute(3, { epoch: 2, params: paramsOf(3, 10) });
    await bench.pass(1_000);
    expect(bench.plant.strokes.get(idOf(3))).toBe(1);
  });

  test("S4, S5: once cleared it does nothing before it is reconciled, and nothing by itself", async () => {
    const bench = await midStroke("telling");
    await bench.estop(3);
    await bench.pass(100);
    await bench.estop(4, false);
    await bench.execute(2);
    await bench.pass(5_000);
    expect(bench.refusals()).toEqual(["not-reconciled"]);
    expect([...bench.plant.strokes]).toEqual([[idOf(1), 1]]);
    expect(recordOf(bench)).toMatchObject({ state: "failed", physical: "partial" });
  });
});

describe("a halt after the clearing", () => {
  const halts = (bench: Bench) => bench.plant.heard.filter((line) => line === "STOP").length;

  /** A stop while the wire is down, its clearing, and then the wire: what that stop was to cut is a person's by now. */
  async function clearedWithoutContact(bench: Bench): Promise<void> {
    bench.plant.isReachable = false;
    bench.plant.hangUp();
    await bench.pass(10);
    await bench.estop(3);
    await bench.pass(400);
    await bench.estop(4, false);
    bench.plant.isReachable = true;
    await bench.pass(2_000);
  }

  test("S2: is not sent, to an instrument that was out of reach while the stop stood", async () => {
    const bench = createBench();
    await bench.ready();
    await clearedWithoutContact(bench);
    expect(halts(bench)).toBe(0);
    expect(bench.heard.filter(({ kind }) => kind === "stopped")).toEqual([]);
  });

  test("S2: is not sent to an act that is found still running, which is watched to its end instead", async () => {
    const bench = createBench();
    await bench.ready();
    await bench.execute(1, { op: "telling", params: paramsOf(1, 20_000) });
    await bench.pass(200);
    await clearedWithoutContact(bench);
    expect(halts(bench)).toBe(0);
    await bench.pass(30_000);
    expect(halts(bench)).toBe(0);
    expect(recordOf(bench)).toMatchObject({ state: "succeeded" });
  });

  test("S2: is not sent by one that was started anew after it", async () => {
    const bench = await midStroke("telling");
    bench.device().kill();
    await bench.estop(3);
    await bench.estop(4, false);
    await bench.ready();
    await bench.pass(2_000);
    expect(halts(bench)).toBe(0);
  });

  test("S2: is not repeated where one instrument does several things: what began since is not cut", async () => {
    const { telling } = counterDevice.operations;
    let isDeaf = true;
    const bench = createBench({
      definition: {
        ...counterDevice,
        operations: {
          /** Says that it is still running, whatever it was told. */
          deaf: {
            ...telling!,
            locks: ["deaf"],
            probe: async (...all) =>
              isDeaf ? { outcome: "running", decisive: true, evidence: {} } : telling!.probe(...all),
          },
          telling: { ...telling!, locks: ["telling"] },
        },
      },
    });
    await midStroke("deaf", bench);
    await bench.estop(3);
    await bench.pass(3_000);
    const before = halts(bench);
    expect(before).toBeGreaterThan(1);
    await bench.estop(4, false);
    await bench.reconcile([1], 2);
    await bench.execute(2, { epoch: 2, op: "telling", params: paramsOf(2, 20_000) });
    await bench.pass(40_000);
    expect(halts(bench)).toBe(before);
    expect(isCut(bench, 2)).toBe(false);
    expect(recordOf(bench, 2)).toMatchObject({ state: "succeeded" });
    isDeaf = false;
    await bench.pass(30_000);
    expect(recordOf(bench)).toMatchObject({ state: "failed", physical: "partial" });
  });
});
