import { describe, expect, test } from "vitest";
import type { DeviceStore } from "../../src/index.ts";
import { acceptedRecord, settledRecord } from "../../src/loop/facts.ts";
import { type Bench, createBench, executeOf, idOf } from "../support/bench.ts";

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
