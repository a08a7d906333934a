import { topicOf } from "@labloop/contracts";
import { paramsHashOf } from "@labloop/contracts/digest";
import { describe, expect, test } from "vitest";
import type { DeviceStore } from "../../src/index.ts";
import { acceptedRecord, settledRecord } from "../../src/loop/facts.ts";
import { type Bench, createBench, deviceId, executeOf, idOf } from "../support/bench.ts";

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

describe("D4", () => {
  test("D4: started and its baseline are durable before the first irreversible byte", async () => {
    const bench = createBench();
    await bench.ready();
    const seen: unknown[] = [];
    bench.plant.mischief = (line) => {
      if (line.startsWith("STROKE")) seen.push({ ...bench.journal().get(idOf(1)) });
      return null;
    };
    await bench.execute(1);
    await bench.pass(1_500);
    expect(seen).toMatchObject([{ state: "started", baseline: { count: 0 } }]);
  });

  test("D4: a command whose time to live ends while it is prepared does not start", async () => {
    const bench = createBench();
    await bench.ready();
    await bench.execute(1, { ttlMs: 3 });
    await bench.pass(2_000);
    expect(bench.last("report")).toMatchObject({
      state: "cancelled",
      physical: "none",
      error: { code: "device.expired" },
    });
    expect(bench.plant.strokes.size).toBe(0);
  });

  test("D4: a command that a newer epoch overtakes while it is prepared does not start", async () => {
    const bench = createBench();
    await bench.ready();
    await bench.execute(1);
    await bench.reconcile([1], 2);
    await bench.pass(2_000);
    expect(bench.last("report")).toMatchObject({ state: "cancelled", error: { code: "device.staleEpoch" } });
    expect(bench.plant.strokes.size).toBe(0);
  });

  test("D4: a command whose baseline cannot be read does not start, and the device takes the next", async () => {
    const bench = createBench();
    await bench.ready();
    bench.plant.mischief = (line) => (line === "COUNT?" ? "mute" : null);
    await bench.execute(1);
    await bench.pass(1_000);
    bench.plant.mischief = () => null;
    await bench.pass(1_000);
    await bench.execute(2);
    await bench.pass(1_500);
    expect(bench.journal().get(idOf(1))).toMatchObject({
      state: "cancelled",
      physical: "none",
      error: { code: "device.baselineFailed" },
    });
    expect([...bench.plant.strokes]).toEqual([[idOf(2), 1]]);
  });
});

describe("D5", () => {
  test("D5: the end is durable before it is reported", async () => {
    const bench = createBench();
    await bench.ready();
    const durable: unknown[] = [];
    bench.engine.subscribe({
      key: "report",
      name: "+",
      onDelivery: ({ payload }) => {
        if (payload.kind === "report") durable.push([payload.state, bench.journal().get(payload.commandId)?.state]);
      },
    });
    await bench.execute(1);
    await bench.pass(1_500);
    await bench.ack([1]);
    expect(durable.slice(-1)).toEqual([["succeeded", "succeeded"]]);
  });

  test("D5: an act whose result is not as announced has failed with matter fully moved, never succeeded", async () => {
    const bench = createBench();
    await bench.ready();
    await bench.execute(1, { op: "liar" });
    await bench.pass(1_500);
    expect(bench.last("report")).toMatchObject({
      state: "failed",
      physical: "full",
      error: { code: "device.resultInvalid" },
    });
  });
});

describe("D6", () => {
  test("D6: an end is reported again after 1, 2, 4 … 60 s until it is acknowledged by id", async () => {
    const bench = createBench();
    await bench.ready();
    const at: number[] = [];
    bench.engine.subscribe({
      key: "report",
      name: "+",
      onDelivery: ({ payload }) => {
        if (payload.kind === "report" && payload.state === "succeeded") at.push(bench.clock.now());
      },
    });
    await bench.execute(1);
    await bench.pass(200_000);
    const gaps = at.slice(1).map((time, index) => (time - (at[index] ?? 0)) / 1_000);
    expect(gaps).toEqual([1, 2, 4, 8, 16, 32, 60, 60]);
    await bench.ack([2]);
    await bench.pass(60_000);
    expect(at).toHaveLength(10);
    await bench.ack([1]);
    await bench.pass(200_000);
    expect(at).toHaveLength(10);
  });

  test("D6: an unacknowledged end is reported on every connect, with a new rseq, and not while offline", async () => {
    const bench = createBench();
    await bench.ready();
    await bench.execute(1);
    await bench.pass(1_500);
    bench.bus().drop();
    await bench.pass(100_000);
    const before = bench.reports(1).length;
    bench.bus().rejoin();
    await bench.pass(10);
    expect(bench.reports(1).slice(before)).toEqual(["succeeded"]);
    const rseqs = bench.heard.flatMap((message) => (message.kind === "report" ? [message.rseq] : []));
    expect(rseqs).toEqual(rseqs.map((_, index) => index + 1));
  });

  test("D6: an acknowledgement that comes before the end does not silence it", async () => {
    const bench = createBench();
    await bench.ready();
    await bench.execute(1);
    await bench.ack([1]);
    await bench.pass(1_500);
    expect(bench.reports(1)).toContain("succeeded");
    expect(bench.journal().get(idOf(1))?.isAcked).toBe(false);
  });
});

describe("D7", () => {
  test("D7: what was accepted when the driver died is cancelled", async () => {
    const bench = createBench();
    await bench.ready();
    await bench.execute(1);
    bench.device().kill();
    await bench.boot();
    await bench.pass(2_000);
    expect(bench.journal().get(idOf(1))).toMatchObject({ state: "cancelled", physical: "none" });
    expect(bench.plant.strokes.size).toBe(0);
  });

  test("D7: what had ended while the driver was dead is found to have happened, with its result", async () => {
    const bench = createBench();
    await bench.ready();
    await bench.execute(1);
    await bench.pass(500);
    bench.device().kill();
    await bench.pass(5_000);
    await bench.boot();
    await bench.pass(500);
    expect(bench.last("report")).toMatchObject({ state: "succeeded", physical: "full", result: { count: 1 } });
    expect(bench.plant.strokes.get(idOf(1))).toBe(1);
  });

  test("D7: what is still running stays started and is watched to its end, and stays the only stroke", async () => {
    const bench = createBench();
    await bench.ready();
    const params = { tag: idOf(1), force: { value: 5, unit: "N" }, duration: { value: 20_000, unit: "ms" } };
    await bench.execute(1, { params });
    await bench.pass(500);
    bench.device().kill();
    await bench.pass(5_000);
    await bench.ready();
    expect(bench.last("snapshot").unlisted).toMatchObject([{ commandId: idOf(1), state: "started" }]);
    await bench.execute(2);
    expect(bench.last("report")).toMatchObject({ commandId: idOf(2), state: "rejected", error: { code: "busy" } });
    await bench.pass(20_000);
    expect(bench.journal().get(idOf(1))).toMatchObject({ state: "succeeded", result: { count: 1 } });
    expect([...bench.plant.strokes]).toEqual([[idOf(1), 1]]);
  });

  test("D7: what never reached the instrument has not happened", async () => {
    const bench = createBench();
    await bench.ready();
    bench.plant.mischief = (line) => (line.startsWith("STROKE") ? "drop before" : null);
    await bench.execute(1);
    await bench.pass(10);
    bench.device().kill();
    await bench.boot();
    await bench.pass(1_000);
    expect(bench.last("report")).toMatchObject({ state: "failed", physical: "none" });
    expect(bench.plant.strokes.size).toBe(0);
  });

  test("D7: without decisive evidence it is in doubt, and stays the only stroke", async () => {
    const bench = createBench();
    await bench.ready();
    await bench.execute(1, { op: "blind" });
    await bench.pass(500);
    bench.device().kill();
    await bench.boot();
    await bench.pass(5_000);
    expect(bench.last("report")).toMatchObject({ state: "unknown", physical: "unknown" });
    expect(bench.plant.strokes.get(idOf(1))).toBe(1);
  });

  test("D7: a probe that fails over an open wire is given up as in doubt after three tries", async () => {
    const bench = createBench();
    await bench.ready();
    await bench.execute(1, { op: "broken" });
    await bench.pass(500);
    bench.device().kill();
    await bench.boot();
    await bench.pass(20_000);
    expect(bench.last("report")).toMatchObject({ commandId: idOf(1), state: "unknown" });
  });

  test("D7: while the wire cannot be opened it stays started, for an hour if need be, and is settled after", async () => {
    const bench = createBench();
    await bench.ready();
    await bench.execute(1);
    await bench.pass(500);
    bench.device().kill();
    bench.plant.isReachable = false;
    await bench.boot();
    await bench.pass(3_600_000);
    await bench.reconcile([1]);
    expect(bench.last("snapshot").entries).toMatchObject([{ commandId: idOf(1), state: "started" }]);
    bench.plant.isReachable = true;
    await bench.pass(16_000);
    expect(bench.last("report")).toMatchObject({ state: "succeeded", result: { count: 1 } });
  });

  test("D7: a wire lost in the middle of the act is opened again and the act watched to its end", async () => {
    const bench = createBench();
    await bench.ready();
    await bench.execute(1);
    await bench.pass(300);
    bench.plant.hangUp();
    await bench.pass(2_000);
    expect(bench.reports(1).slice(0, 3)).toEqual(["accepted", "started", "succeeded"]);
    expect(bench.plant.strokes.get(idOf(1))).toBe(1);
  });

  test("D7: a wire lost right after the order is asked whether it happened, never told again", async () => {
    const bench = createBench();
    await bench.ready();
    bench.plant.mischief = (line) => (line.startsWith("STROKE") ? "drop after" : null);
    await bench.execute(1);
    await bench.pass(3_000);
    expect(bench.last("report")).toMatchObject({ state: "succeeded" });
    expect(bench.plant.strokes.get(idOf(1))).toBe(1);
  });
});

describe("D8", () => {
  test("D8: cancelling what never came leaves a tombstone that survives the process", async () => {
    const bench = createBench();
    await bench.ready();
    await bench.cancel(1);
    expect(bench.last("report")).toMatchObject({ commandId: idOf(1), state: "cancelled", physical: "none" });
    await bench.execute(1);
    bench.device().kill();
    await bench.ready();
    await bench.execute(1);
    await bench.pass(2_000);
    expect(new Set(bench.reports(1))).toEqual(new Set(["cancelled"]));
    expect(bench.plant.strokes.size).toBe(0);
  });

  test("D8: what is accepted is cancelled and does not start, and the device is free", async () => {
    const bench = createBench();
    await bench.ready();
    await bench.execute(1);
    await bench.cancel(1);
    await bench.execute(2);
    await bench.pass(1_500);
    expect(bench.reports(1)[1]).toBe("cancelled");
    expect([...bench.plant.strokes]).toEqual([[idOf(2), 1]]);
    expect(bench.journal().get(idOf(2))?.state).toBe("succeeded");
  });

  test("D8: a started act that may be stopped is stopped and has failed in part", async () => {
    const bench = createBench();
    await bench.ready();
    await bench.execute(1, { op: "press" });
    await bench.pass(300);
    await bench.cancel(1);
    await bench.cancel(1);
    await bench.pass(300);
    expect(bench.last("report")).toMatchObject({ state: "failed", physical: "partial" });
    expect(bench.plant.heard.filter((line) => line === "STOP")).toHaveLength(1);
    await bench.execute(2);
    await bench.pass(1_500);
    expect(bench.journal().get(idOf(2))?.state).toBe("succeeded");
  });

  test("D8: whenever the stop falls, an act cut short is not taken for one that is over", async () => {
    const ends = new Set<string>();
    for (let offset = 0; offset < 110; offset++) {
      const bench = createBench();
      await bench.ready();
      await bench.execute(1, { op: "press" });
      await bench.pass(200 + offset);
      await bench.cancel(1);
      await bench.pass(300);
      ends.add(`${bench.last("report").state} ${bench.last("report").physical}`);
    }
    expect(ends).toEqual(new Set(["failed partial"]));
  });

  test("D8: when the answer to a stop is lost, an act that is over is in doubt, not done", async () => {
    const bench = createBench();
    await bench.ready();
    await bench.execute(1, { op: "press" });
    await bench.pass(300);
    bench.plant.mischief = (line) => (line === "STOP" ? "drop after" : null);
    await bench.cancel(1);
    await bench.pass(5_000);
    expect(bench.last("report")).toMatchObject({ state: "unknown", physical: "unknown" });
  });

  test("D8: whenever the cancel falls, nothing is stopped before it is known whether anything has moved", async () => {
    const ends = new Set<string>();
    for (let offset = 0; offset < 300; offset++) {
      const bench = createBench();
      await bench.ready();
      bench.plant.mischief = (line) => (line.startsWith("STROKE") ? "drop before" : null);
      await bench.execute(1, { op: "press" });
      await bench.pass(10 + offset);
      await bench.cancel(1);
      await bench.pass(1_000);
      expect(bench.plant.heard).not.toContain("STOP");
      ends.add(`${bench.last("report").state} ${bench.last("report").physical}`);
    }
    expect(ends).toEqual(new Set(["failed none"]));
  });

  test("D8: a started act that may not be stopped goes on, and the answer says so", async () => {
    const bench = createBench();
    await bench.ready();
    await bench.execute(1);
    await bench.pass(300);
    await bench.cancel(1);
    expect(bench.reports(1)).toEqual(["accepted", "started", "started"]);
    await bench.pass(1_000);
    expect(bench.reports(1)[3]).toBe("succeeded");
  });

  test("D8: a finished command answers a cancel with its end", async () => {
    const bench = createBench();
    await bench.ready();
    await bench.execute(1);
    await bench.pass(1_500);
    await bench.ack([1]);
    const before = bench.reports(1).length;
    await bench.cancel(1);
    expect(bench.reports(1).slice(before)).toEqual(["succeeded"]);
  });

  test("D8: a cancel with the number of another command is refused", async () => {
    const bench = createBench();
    await bench.ready();
    await bench.execute(1);
    const cancel = { ...executeOf(bench.clock, 2), kind: "cancel" as const, dseq: 1, reason: "x" };
    await bench.engine.publish("control", deviceId, cancel);
    await bench.pass(1);
    expect(bench.refusals()).toEqual(["dseq-conflict"]);
    expect(bench.journal().has(idOf(2))).toBe(false);
  });
});

describe("D9", () => {
  const dayMs = 24 * 3_600_000;

  /** Writes commands that had succeeded `daysAgo`. */
  function fill(bench: Bench, store: DeviceStore, numbers: number[], daysAgo: number): void {
    const at = bench.clock.now() - daysAgo * dayMs;
    const moment = { at, tMono: 0 };
    for (const n of numbers) {
      const record = acceptedRecord(executeOf(bench.clock, n), moment);
      store.write({ record: settledRecord(record, moment, { state: "succeeded", physical: "full" }) });
    }
  }
  const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

  test("D9: a command at or below the watermark is refused as pruned, and so is its cancel", async () => {
    const bench = createBench();
    await bench.ready((store) => {
      fill(bench, store, [5], 1);
      store.write({ ackedIds: [idOf(5)] });
      store.write({ prune: { keep: 0, before: bench.clock.now() } });
      return store;
    });
    await bench.execute(5);
    await bench.execute(4);
    await bench.cancel(3);
    await bench.pass(2_000);
    expect(bench.refusals()).toEqual(["pruned", "pruned", "pruned"]);
    expect(bench.last("refusal")).toMatchObject({ watermark: 5 });
    expect([bench.journal().size, bench.plant.strokes.size]).toEqual([0, 0]);
  });

  test("D9: what is acknowledged goes after 30 days, and the newest 10,000 stay", async () => {
    const bench = createBench();
    await bench.ready((store) => {
      fill(bench, store, range(1, 500), 31);
      fill(bench, store, range(501, 1_000), 29);
      fill(bench, store, range(1_001, 11_000), 31);
      store.write({ ackedIds: range(1_001, 11_000).map(idOf) });
      return store;
    });
    for (const from of [1, 251, 501, 751]) await bench.ack(range(from, from + 249));
    expect(bench.journal().size).toBe(10_500);
    await bench.execute(500);
    expect(bench.last("refusal")).toMatchObject({ code: "pruned", watermark: 500 });
  });
});

describe("D11", () => {
  test("D11: after every boot execute is refused until a reconcile was answered", async () => {
    const bench = createBench();
    await bench.boot();
    await bench.pass(50);
    await bench.beat();
    await bench.execute(1);
    await bench.reconcile([1]);
    expect(bench.last("snapshot").entries).toEqual([{ commandId: idOf(1), state: "never-seen" }]);
    await bench.execute(1);
    await bench.pass(1_500);
    bench.device().kill();
    await bench.boot();
    await bench.pass(50);
    await bench.execute(2);
    expect(bench.refusals()).toEqual(["not-reconciled", "not-reconciled"]);
    expect([...bench.plant.strokes]).toEqual([[idOf(1), 1]]);
  });

  test("D11: a reconcile below the fence is refused and lifts nothing", async () => {
    const bench = createBench();
    await bench.ready();
    await bench.reconcile([], 4, "rid-2");
    bench.device().kill();
    await bench.boot();
    await bench.pass(50);
    await bench.reconcile([], 3, "rid-3");
    await bench.execute(1, { epoch: 4 });
    expect(bench.refusals()).toEqual(["stale-epoch", "not-reconciled"]);
  });

  test("D11, E9: a copy of a reconcile from before the journal was lost opens no gate and leaves no trace", async () => {
    const bench = createBench();
    await bench.boot();
    await bench.pass(50);
    const { journalId } = bench.states.at(-1)!;
    await bench.beat(3);
    await bench.reconcile([], 3, "rid-1", { journalId });
    await bench.execute(1, { epoch: 3 });
    await bench.pass(1_500);
    expect(bench.plant.strokes.get(idOf(1))).toBe(1);
    bench.device().kill();
    bench.loseJournal();
    await bench.boot();
    await bench.pass(50);
    const head = bench.states.at(-1)!;
    expect(head.journalId).not.toBe(journalId);

    // Late copies of what the engine had sent before the loss.
    await bench.beat(3);
    await bench.reconcile([1], 3, "rid-1", { journalId, estop: { stopId: 5, active: false } });
    expect(bench.last("refusal")).toMatchObject({ code: "not-reconciled", rid: "rid-1", fence: 0 });
    await bench.execute(1, { epoch: 3 });
    await bench.pass(1_500);
    expect(bench.refusals()).toEqual(["not-reconciled", "not-reconciled"]);
    expect([bench.plant.strokes.get(idOf(1)), bench.journal().size]).toEqual([1, 0]);
    expect(bench.heartbeats.at(-1)?.stopId).toBeUndefined();

    // One that was asked after the birth does.
    await bench.reconcile([], 4, "rid-2", { journalId: head.journalId });
    await bench.execute(2, { epoch: 4 });
    expect(bench.reports(2)).toContain("accepted");
  });

  test("D11: a reconcile that names no journal is answered, as an engine of an older version sends it", async () => {
    const bench = createBench();
    await bench.ready();
    await bench.execute(1);
    expect(bench.reports(1)).toContain("accepted");
  });

  test("D11: a reconcile in parts is answered when all of them are there, in any order", async () => {
    const bench = createBench();
    await bench.boot();
    await bench.pass(50);
    const part = (number: number, n: number) => ({
      v: 1 as const,
      kind: "reconcile" as const,
      device: deviceId,
      epoch: 1,
      engineId: "engine-1",
      issuedAt: new Date(bench.clock.now()).toISOString(),
      rid: "rid-parts",
      part: number,
      parts: 2,
      open: [{ commandId: idOf(n), paramsHash: paramsHashOf("a", {}), dseq: n }],
    });
    await bench.engine.publish("control", deviceId, part(1, 2));
    await bench.engine.publish("control", deviceId, part(1, 2));
    await bench.pass(1);
    await bench.execute(1);
    expect(bench.refusals()).toEqual(["not-reconciled"]);
    await bench.engine.publish("control", deviceId, part(0, 1));
    await bench.pass(1);
    expect(
      bench
        .last("snapshot")
        .entries.map((entry) => entry.commandId)
        .sort(),
    ).toEqual([idOf(1), idOf(2)]);
  });

  test("D11: a reconcile whose parts do not add up is refused and lifts nothing", async () => {
    const bench = createBench();
    await bench.boot();
    await bench.pass(50);
    const reconcile = { ...executeOf(bench.clock, 1), kind: "reconcile" as const, rid: "rid-x", open: [] };
    await bench.engine.publish("control", deviceId, { ...reconcile, part: 2, parts: 2 });
    await bench.engine.publish("control", deviceId, { ...reconcile, part: 0, parts: 1_000_000 });
    await bench.pass(1);
    await bench.execute(1);
    expect(bench.refusals()).toEqual(["malformed", "malformed", "not-reconciled"]);
  });

  test("a snapshot lists what was asked for, and apart from it whatever is not acknowledged by id", async () => {
    const bench = createBench();
    await bench.ready();
    for (const n of [1, 2, 3]) {
      await bench.execute(n);
      await bench.pass(1_500);
    }
    await bench.ack([1]);
    await bench.cancel(4);
    await bench.reconcile([2, 9], 1, "rid-4");
    const { entries, unlisted, maxDseq, rid, fence } = bench.last("snapshot");
    expect({ entries, unlisted, maxDseq, rid, fence }).toMatchObject({
      entries: [
        { commandId: idOf(2), state: "succeeded" },
        { commandId: idOf(9), state: "never-seen" },
      ],
      unlisted: [
        { commandId: idOf(3), state: "succeeded" },
        { commandId: idOf(4), state: "cancelled", paramsHash: null },
      ],
      maxDseq: 4,
      rid: "rid-4",
      fence: 1,
    });
  });
});

describe("D12", () => {
  test("D12: the fence survives the process and guards execute, reconcile, cancel, ack and probe", async () => {
    const bench = createBench();
    await bench.ready();
    await bench.execute(1);
    await bench.pass(1_500);
    await bench.reconcile([], 7, "rid-7");
    bench.device().kill();
    await bench.boot();
    await bench.pass(50);
    await bench.execute(2, { epoch: 6 });
    await bench.reconcile([], 6, "rid-8");
    await bench.cancel(3, 6);
    await bench.ack([1], 6);
    await bench.probe(1, 6);
    expect(bench.refusals()).toEqual(Array(5).fill("stale-epoch"));
    expect(bench.journal().get(idOf(1))?.isAcked).toBe(false);
    expect(bench.journal().has(idOf(3))).toBe(false);
    expect(bench.heard.some((message) => message.kind === "probe-result")).toBe(false);
  });
});

describe("D13", () => {
  test("D13: a second driver of the same device is refused, and opens once the first has gone", async () => {
    const bench = createBench();
    await bench.ready();
    await expect(bench.boot()).rejects.toMatchObject({ code: "device.journalInUse" });
    await bench.execute(1);
    await bench.pass(1_500);
    expect(bench.reports(1)).toContain("succeeded");
    await bench.device().close();
    await bench.ready();
    await bench.execute(2);
    expect(bench.reports(2)).toContain("accepted");
  });
});
