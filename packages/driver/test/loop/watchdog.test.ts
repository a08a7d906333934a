import { expect, test } from "vitest";
import { capsOf } from "../../src/index.ts";
import { type Bench, createBench, idOf } from "../support/bench.ts";
import { counterDevice } from "../support/counter.ts";

const params = (n: number) => ({
  tag: idOf(n),
  force: { value: 5, unit: "N" },
  duration: { value: 60_000, unit: "ms" },
});

/** A device in the middle of a minute's stroke, with the engine's first heartbeat heard. */
async function midStroke(
  then: "hold" | "finish" | "safe-park",
  op: string,
  park?: () => Promise<void>,
): Promise<Bench> {
  // oxlint-disable-next-line unicorn/no-thenable -- the announcement's own word, in plain data
  const watchdog = { afterMs: 5_000, then };
  const bench = createBench({ definition: { ...counterDevice, watchdog, ...(park === undefined ? {} : { park }) } });
  await bench.ready();
  await bench.beat();
  await bench.execute(1, { op, params: params(1) });
  await bench.pass(100);
  return bench;
}
const stateOf = (bench: Bench, n = 1) => bench.journal().get(idOf(n))?.state;
const asked = (bench: Bench, line: string) => bench.plant.heard.filter((heard) => heard === line).length;

test("D15: while heartbeats come nothing is held, however long it takes", async () => {
  const bench = await midStroke("hold", "patient");
  for (let beat = 0; beat < 20; beat++) {
    await bench.pass(2_000);
    await bench.beat();
  }
  expect(asked(bench, "PAUSE")).toBe(0);
});

test("D15, hold: the act is paused, says so in its evidence, and goes on only when the engine says so", async () => {
  const bench = await midStroke("hold", "patient");
  await bench.pass(4_800);
  expect(asked(bench, "PAUSE")).toBe(0);
  await bench.pass(300);
  expect(asked(bench, "PAUSE")).toBe(1);
  expect(bench.last("report")).toMatchObject({ state: "started", evidence: { heldBecause: "engine silent" } });
  await bench.pass(1_000);
  expect(bench.heartbeats.at(-1)?.degraded ?? "").toContain("no heartbeat");
  await bench.pass(200_000);
  await bench.beat();
  await bench.pass(4_000);
  expect([stateOf(bench), asked(bench, "RESUME")]).toEqual(["started", 0]);
  await bench.beat();
  await bench.ask("resume", 1);
  for (let beat = 0; beat < 30; beat++) {
    await bench.pass(2_000);
    await bench.beat();
  }
  expect([stateOf(bench), bench.plant.strokes.get(idOf(1))]).toEqual(["succeeded", 1]);
});

test("D15: a heartbeat from below the fence is no sign of life", async () => {
  const bench = await midStroke("hold", "patient");
  await bench.reconcile([1], 2, "rid-2");
  for (let beat = 0; beat < 3; beat++) {
    await bench.pass(2_000);
    await bench.beat(1);
  }
  expect(asked(bench, "PAUSE")).toBe(1);
});

test("D15, finish: what runs ends, and a new command starts, as if nothing were", async () => {
  const bench = await midStroke("finish", "patient");
  await bench.pass(70_000);
  expect([stateOf(bench), asked(bench, "PAUSE")]).toEqual(["succeeded", 0]);
  await bench.execute(2);
  await bench.pass(2_000);
  expect(stateOf(bench, 2)).toBe("succeeded");
});

test("D15: without a declaration nothing is done", async () => {
  const bench = createBench();
  await bench.ready();
  await bench.execute(1, { op: "patient", params: params(1) });
  await bench.pass(70_000);
  expect([stateOf(bench), asked(bench, "PAUSE")]).toEqual(["succeeded", 0]);
});

test("D15, safe-park: what can be stopped is stopped, then the instrument is parked, once", async () => {
  const parkedAt: (string | undefined)[] = [];
  const bench = await midStroke("safe-park", "press", async () => {
    parkedAt.push(stateOf(bench));
  });
  await bench.pass(60_000);
  expect(bench.journal().get(idOf(1))).toMatchObject({ state: "failed", physical: "partial" });
  expect([parkedAt, asked(bench, "STOP")]).toEqual([["failed"], 1]);
});

test("D15, safe-park: what cannot be stopped ends first, and an instrument at rest is left as it is", async () => {
  const parkedAt: (string | undefined)[] = [];
  const bench = await midStroke("safe-park", "stroke", async () => {
    parkedAt.push(stateOf(bench));
  });
  await bench.pass(30_000);
  expect(parkedAt).toEqual([]);
  await bench.pass(40_000);
  expect(parkedAt).toEqual(["succeeded"]);
  await bench.beat();
  await bench.pass(60_000);
  expect(parkedAt).toHaveLength(1);
});

test("D15: while the engine is silent nothing is started, and once it is back the next command is", async () => {
  const bench = await midStroke("hold", "patient");
  await bench.execute(2, { requires: [{ commandId: idOf(1), state: "succeeded" }] });
  await bench.pass(6_000);
  expect(bench.journal().get(idOf(2))).toMatchObject({ state: "cancelled", error: { code: "device.engineSilent" } });
  await bench.execute(3);
  expect(bench.journal().get(idOf(3))).toMatchObject({ state: "rejected", error: { code: "device.engineSilent" } });
  await bench.beat();
  await bench.execute(4, { requires: [{ commandId: idOf(1), state: "succeeded" }] });
  expect(stateOf(bench, 4)).toBe("accepted");
});

test("D15: what it does is announced", () => {
  // oxlint-disable-next-line unicorn/no-thenable -- the announcement's own word, in plain data
  const watchdog = { afterMs: 5_000, then: "hold" } as const;
  const known = { serial: null, firmware: null, heartbeatMs: 1_000 };
  expect(capsOf({ ...counterDevice, watchdog }, known).watchdog).toEqual(watchdog);
  expect(capsOf(counterDevice, known)).not.toHaveProperty("watchdog");
});
