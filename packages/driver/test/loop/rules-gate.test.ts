import { paramsHashOf } from "@labloop/contracts/digest";
import { describe, expect, test } from "vitest";
import { createBench, deviceId, executeOf, idOf } from "../support/bench.ts";

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
