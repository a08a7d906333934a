import { describe, expect, test } from "vitest";
import { createBench, idOf } from "../support/bench.ts";

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
