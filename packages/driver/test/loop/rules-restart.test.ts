import { describe, expect, test } from "vitest";
import { createBench, idOf } from "../support/bench.ts";

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
