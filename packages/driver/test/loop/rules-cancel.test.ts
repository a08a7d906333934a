import { describe, expect, test } from "vitest";
import { createStreamPair } from "../../src/index.ts";
import { createBench, deviceId, executeOf, idOf } from "../support/bench.ts";

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

  test.each([
    ["went on", false],
    ["was killed", true],
  ])(
    "D8: where the instrument comes to rest after its answer to a stop was lost, and the driver %s, the act is no success",
    async (_, isKilled) => {
      const bench = createBench();
      await bench.ready();
      const params = { tag: idOf(1), force: { value: 5, unit: "N" }, duration: { value: 20_000, unit: "ms" } };
      await bench.execute(1, { op: "press", params });
      await bench.pass(200);
      const [near, far] = createStreamPair(bench.clock, { delayMs: 2 });
      bench.plant.attach(far);
      let isHeard = false;
      bench.plant.mischief = (line) => {
        if (line !== "STOP" || isHeard) return null;
        isHeard = true;
        bench.clock.at(bench.clock.now() + 1_500, () => near.write(Buffer.from("STOP\n")));
        if (isKilled) bench.device().kill();
        return "drop before";
      };
      await bench.cancel(1);
      await bench.pass(300);
      if (isKilled) {
        await bench.ready();
        await bench.reconcile([1]);
      }
      await bench.pass(5_000);
      expect(bench.plant.cutShort.has(idOf(1))).toBe(true);
      expect(bench.journal().get(idOf(1))).toMatchObject({ state: "unknown", physical: "unknown" });
    },
  );

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
