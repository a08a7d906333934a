import { topicOf } from "@labloop/contracts";
import { describe, expect, test } from "vitest";
import { createBench, deviceId, executeOf, idOf } from "../support/bench.ts";

const bytesOf = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));

test("a command runs once, and its end is reported with its result and what was carried out", async () => {
  const bench = createBench();
  await bench.ready();
  await bench.execute(1);
  await bench.pass(1_500);
  expect(bench.reports(1).slice(0, 3)).toEqual(["accepted", "started", "succeeded"]);
  expect(bench.last("report")).toMatchObject({
    state: "succeeded",
    physical: "full",
    result: { count: 1 },
    executed: { force: { value: 5, unit: "N" } },
  });
  expect([...bench.plant.strokes]).toEqual([[idOf(1), 1]]);
});

describe("D1", () => {
  test("D1, D18: what is no message is refused, counted and forgotten; the next command runs", async () => {
    const bench = createBench();
    await bench.ready();
    const topic = topicOf("test", "command", deviceId);
    bench.broker.inject(topic, new TextEncoder().encode("{"));
    bench.broker.inject(topic, bytesOf({ ...executeOf(bench.clock, 1), v: 2 }));
    bench.broker.inject(topic, bytesOf({ ...executeOf(bench.clock, 1), kind: "explode" }));
    bench.broker.inject(topic, bytesOf({ ...executeOf(bench.clock, 1), device: "counter-2" }));
    bench.broker.inject(topic, new Uint8Array(70_000));
    await bench.pass(1);
    expect(bench.device().refusals()).toEqual({
      malformed: 1,
      "unknown-version": 1,
      "unknown-kind": 1,
      "wrong-device": 1,
      oversize: 1,
    });
    expect(bench.refusals()).toHaveLength(5);
    expect(bench.journal().size).toBe(0);
    await bench.execute(1);
    expect(bench.reports(1)).toContain("accepted");
  });

  test("D1: a kept command or control message is refused", async () => {
    const bench = createBench();
    await bench.ready();
    bench.broker.inject(topicOf("test", "command", deviceId), bytesOf(executeOf(bench.clock, 1)), { retained: true });
    const cancel = { ...executeOf(bench.clock, 1), kind: "cancel", reason: "x" };
    bench.broker.inject(topicOf("test", "control", deviceId), bytesOf(cancel), { retained: true });
    await bench.pass(2_000);
    expect(bench.refusals()).toEqual(["retained", "retained"]);
    expect([bench.journal().size, bench.plant.strokes.size]).toEqual([0, 0]);
  });
});

test("I10, D18: ten thousand bad messages are all counted, and neither kept nor all answered", async () => {
  const bench = createBench();
  await bench.ready();
  const topic = topicOf("test", "control", deviceId);
  for (let n = 0; n < 10_000; n++) {
    bench.broker.inject(topic, bytesOf({ v: 1, kind: `kind-${n}`, device: deviceId, rid: `rid-${n}`, odd: n }));
  }
  await bench.pass(1);
  expect(bench.device().refusals()).toEqual({ "unknown-kind": 10_000 });
  expect(bench.journal().size).toBe(0);
  await bench.execute(1);
  expect(bench.reports(1)).toContain("accepted");
});

describe("D2", () => {
  test("D2: a duplicate is answered from the journal and never acts, while it runs and after", async () => {
    const bench = createBench();
    await bench.ready();
    await bench.execute(1);
    await bench.pass(500);
    await bench.execute(1);
    await bench.pass(1_000);
    await bench.execute(1);
    await bench.pass(3_000);
    expect(bench.plant.strokes.get(idOf(1))).toBe(1);
    expect(bench.reports(1).slice(0, 3)).toEqual(["accepted", "started", "started"]);
    expect(new Set(bench.reports(1).slice(3))).toEqual(new Set(["succeeded"]));
  });

  test("D2: the same id with other parameters, or the same number with another id, is refused with an alarm", async () => {
    const bench = createBench();
    await bench.ready();
    await bench.execute(1);
    const params = { tag: "other", force: { value: 9, unit: "N" }, duration: { value: 0, unit: "ms" } };
    await bench.execute(1, { params });
    await bench.execute(2, { dseq: 1 });
    await bench.pass(2_000);
    expect(bench.refusals()).toEqual(["id-conflict", "dseq-conflict"]);
    expect(bench.logged.filter((line) => line.startsWith("error"))).toHaveLength(2);
    expect([...bench.plant.strokes]).toEqual([[idOf(1), 1]]);
  });
});

describe("D3", () => {
  test("D3: a rejection is a tombstone: the same command is rejected for good, also by the next process", async () => {
    const bench = createBench();
    await bench.ready();
    await bench.execute(1);
    await bench.execute(2);
    await bench.pass(1_500);
    await bench.execute(2);
    bench.device().kill();
    await bench.ready();
    await bench.execute(2);
    await bench.pass(2_000);
    expect(new Set(bench.reports(2))).toEqual(new Set(["rejected"]));
    expect(bench.plant.strokes.has(idOf(2))).toBe(false);
  });

  test("D3: without a wire a command is rejected with device.wireDown, and nothing is sent later", async () => {
    const bench = createBench();
    await bench.ready();
    bench.plant.isReachable = false;
    bench.plant.hangUp();
    await bench.pass(10);
    await bench.execute(1);
    bench.plant.isReachable = true;
    await bench.pass(60_000);
    expect(bench.last("report")).toMatchObject({ state: "rejected", error: { code: "device.wireDown" } });
    expect(bench.plant.strokes.size).toBe(0);
  });
});
