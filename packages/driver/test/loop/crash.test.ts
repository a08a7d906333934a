import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSeededIds, createVirtualClock } from "@labloop/clock";
import { expect, test } from "vitest";
import { openSqliteStore } from "../../src/index.ts";
import { acceptedRecord, settledRecord } from "../../src/loop/facts.ts";
import { type Bench, createBench, executeOf, idOf } from "../support/bench.ts";
import { counterDevice } from "../support/counter.ts";
import { createDisk, dyingAt, storeWith } from "../support/failing-store.ts";

const params = (durationMs: number) => ({
  tag: idOf(1),
  force: { value: 5, unit: "N" },
  duration: { value: durationMs, unit: "ms" },
});

/** What an engine does after a crash: asks, sends the same id again if it was never seen, and waits for the end. */
async function recover(bench: Bench, op: string): Promise<void> {
  await bench.ready();
  await bench.reconcile([1]);
  await bench.execute(1, { op, params: params(200) });
  await bench.pass(3_000);
}

function verdictOf(bench: Bench): string {
  const record = bench.journal().get(idOf(1));
  const strokes = bench.plant.strokes.get(idOf(1)) ?? 0;
  return `${record?.state} ${record?.physical} ${strokes}${bench.plant.cutShort.has(idOf(1)) ? " cut" : ""}`;
}

const scenarios: [string, string, (bench: Bench) => Promise<void>, string[]][] = [
  [
    "a command",
    "stroke",
    async (bench) => {
      await bench.execute(1, { params: params(200) });
      await bench.pass(1_000);
      await bench.ack([1]);
    },
    ["cancelled none 0", "failed none 0", "succeeded full 1"],
  ],
  [
    "a command that cannot be looked for",
    "blind",
    async (bench) => {
      await bench.execute(1, { op: "blind", params: params(200) });
      await bench.pass(1_000);
    },
    // The crash between the durable `started` and the first byte leaves 0 strokes, and nobody can know.
    ["cancelled none 0", "succeeded full 1", "unknown unknown 0", "unknown unknown 1"],
  ],
  [
    "a stopped command",
    "press",
    async (bench) => {
      await bench.execute(1, { op: "press", params: params(200) });
      await bench.pass(100);
      await bench.cancel(1);
      await bench.pass(200);
    },
    // The crash after the durable mark of the stop leaves it open whether the act was cut short.
    [
      "cancelled none 0",
      "failed none 0",
      "failed partial 1 cut",
      "succeeded full 1",
      "unknown unknown 1",
      "unknown unknown 1 cut",
    ],
  ],
  [
    "a cancelled command",
    "stroke",
    async (bench) => {
      await bench.cancel(1);
      await bench.execute(1, { params: params(200) });
      await bench.pass(1_000);
    },
    ["cancelled none 0", "succeeded full 1"],
  ],
];

test.each(scenarios)(
  "D4, D5, D7: %s survives a crash at every write of the journal",
  async (_name, op, run, allowed) => {
    const seen = new Set<string>();
    let deaths = 0;
    for (let n = 0; n < 8; n++) {
      for (const when of ["before", "after"] as const) {
        const bench = createBench();
        let isDead = false;
        await bench.ready((store) =>
          dyingAt(store, n, when, () => {
            isDead = true;
            bench.device().kill();
          }),
        );
        if (!isDead) await run(bench);
        if (isDead) deaths++;
        else bench.device().kill();
        await recover(bench, op);
        seen.add(verdictOf(bench));
      }
    }
    expect(deaths).toBeGreaterThanOrEqual(6);
    expect(allowed).toEqual(expect.arrayContaining([...seen]));
  },
);

test("D4, D7: killed at any millisecond, a command acts at most once and its end tells the truth", async () => {
  const seen = new Set<string>();
  for (let at = 0; at < 330; at++) {
    const bench = createBench();
    await bench.ready();
    bench.clock.at(bench.clock.now() + at, () => bench.device().kill());
    await bench.execute(1, { params: params(200) });
    await bench.pass(500);
    await recover(bench, "stroke");
    seen.add(verdictOf(bench));
  }
  expect([...seen].sort()).toEqual(["cancelled none 0", "succeeded full 1"]);
});

test("D7: killed again while it recovers, a command still acts once", async () => {
  for (let at = 0; at < 40; at++) {
    const bench = createBench();
    await bench.ready();
    await bench.execute(1, { params: params(200) });
    await bench.pass(100);
    bench.device().kill();
    await bench.boot();
    await bench.pass(at);
    bench.device().kill();
    await recover(bench, "stroke");
    expect(verdictOf(bench)).toBe("succeeded full 1");
  }
});

test("a journal that cannot be written refuses the command, and nothing moves", async () => {
  const bench = createBench();
  const disk = createDisk();
  await bench.ready(disk.under);
  disk.isFull = true;
  await bench.execute(1);
  await bench.cancel(2);
  await bench.pass(2_000);
  expect(bench.refusals()).toEqual(["journal-unavailable", "journal-unavailable"]);
  expect([bench.journal().size, bench.plant.strokes.size]).toEqual([0, 0]);
});

test("D4: when `started` cannot be written the command does not act, and is cancelled once its time is over", async () => {
  const bench = createBench();
  const disk = createDisk("started");
  await bench.ready(disk.under);
  disk.isFull = true;
  await bench.execute(1, { ttlMs: 5_000 });
  await bench.pass(60_000);
  expect(bench.refusals()).toEqual(["journal-unavailable"]);
  expect(verdictOf(bench)).toBe("cancelled none 0");
});

test("D5: an end that cannot be written yet is written when the journal takes it, and the device is busy until then", async () => {
  const bench = createBench();
  const disk = createDisk("succeeded");
  await bench.ready(disk.under);
  disk.isFull = true;
  await bench.execute(1, { params: params(200) });
  await bench.pass(10_000);
  expect(bench.reports(1)).toEqual(["accepted", "started"]);
  expect(bench.heartbeats.at(-1)).toMatchObject({
    running: [idOf(1)],
    degraded: "the device journal cannot be written",
  });
  disk.isFull = false;
  await bench.pass(60_000);
  expect(verdictOf(bench)).toBe("succeeded full 1");
});

test("D10: on a disk that is full an end is told once there is room, nothing starts before that, and nothing twice", async () => {
  const folder = mkdtempSync(join(tmpdir(), "labloop-full-disk-"));
  const { press } = counterDevice.operations;
  const watch: NonNullable<typeof press>["watch"] = async (...given) => ({
    ...(await press!.watch(...given)),
    evidence: { trace: "x".repeat(20_000) },
  });
  const operations = { ...counterDevice.operations, press: { ...press!, watch } };
  const bench = createBench({ definition: { ...counterDevice, operations } });
  const ids = createSeededIds(createVirtualClock(0), 1, "full");
  const store = openSqliteStore({ path: join(folder, "device.db"), ids, maxBytes: 300 * 1024 });
  await bench.ready(() => store);
  await bench.execute(1, { op: "press", params: params(200) });
  await bench.pass(50);
  expect(store.find(idOf(1))?.state).toBe("started");

  // Others take the room: until SQLite itself says that there is none, down to the last free page.
  const moment = { at: 0, tMono: 0 };
  const fillers: number[] = [];
  const end = { state: "succeeded", physical: "full" } as const;
  for (const length of [30_000, 3_000, 300, 30]) {
    const fill = () => {
      for (let n = 1_000 + fillers.length; n < 2_000; n++) {
        const evidence = { filler: "x".repeat(length) };
        store.write({
          record: settledRecord(acceptedRecord(executeOf(bench.clock, n), moment), moment, { ...end, evidence }),
        });
        fillers.push(n);
      }
    };
    expect(fill).toThrow(expect.objectContaining({ errcode: 13 }));
  }
  await bench.execute(2, { op: "look" });
  expect(bench.refusals()).toContain("journal-unavailable");
  expect(store.find(idOf(2))).toBeNull();

  await bench.pass(10_000);
  expect(store.find(idOf(1))?.state).toBe("started");
  expect(bench.heartbeats.at(-1)?.degraded).toBe("the device journal cannot be written");
  store.write({ ackedIds: fillers.map(idOf) });
  store.write({ prune: { keep: 0, before: 1 } });
  await bench.pass(60_000);
  expect(store.find(idOf(1))).toMatchObject({ state: "succeeded", physical: "full" });
  expect(bench.reports(1)).toContain("succeeded");
  expect(bench.heartbeats.at(-1)).not.toHaveProperty("degraded");
  expect([...bench.plant.strokes]).toEqual([[idOf(1), 1]]);
  bench.device().kill();
  rmSync(folder, { recursive: true, force: true });
});

test("D10: a device is degraded no longer once anything can be written again, also when no act is left to write", async () => {
  const bench = createBench();
  let isFull = false;
  await bench.ready((store) =>
    storeWith(store, (change, write) => {
      if (isFull || change.record?.state === "started") throw new Error("database or disk is full");
      write();
    }),
  );
  await bench.execute(1, { ttlMs: 5_000 });
  await bench.pass(1_500);
  expect(bench.heartbeats.at(-1)).toMatchObject({ degraded: "the device journal cannot be written" });
  isFull = true;
  await bench.pass(60_000);
  expect(bench.heartbeats.at(-1)).toMatchObject({ degraded: "the device journal cannot be written" });
  isFull = false;
  await bench.cancel(1);
  await bench.pass(1_100);
  expect(bench.heartbeats.at(-1)).not.toHaveProperty("degraded");
});
