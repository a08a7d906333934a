import { encode } from "@labloop/bus";
import type { DeviceMessage } from "@labloop/contracts";
import { describe, expect, test } from "vitest";
import { type Bench, createBench, deviceId, idOf } from "../support/bench.ts";
import { counterDevice } from "../support/counter.ts";

type Stroke = (typeof counterDevice)["operations"][string];
const stroke = counterDevice.operations["stroke"] as Stroke;
/** Contract section 4. */
const most = 256 * 1024;

const withEvidence = (trace: string): Stroke => ({
  ...stroke,
  async watch(...of) {
    return { ...(await stroke.watch(...of)), evidence: { trace } };
  },
});
const failing = (message: string): Stroke => ({
  ...stroke,
  async watch(...of) {
    await stroke.watch(...of);
    return { state: "failed", physical: "full", error: { code: "test.worn", message, class: "instrument" } };
  },
});

async function withOp(op: Stroke): Promise<Bench> {
  const bench = createBench({ definition: { ...counterDevice, operations: { ...counterDevice.operations, op } } });
  await bench.ready();
  return bench;
}

const params = (n: number, ms: number) => ({
  tag: idOf(n),
  force: { value: 5, unit: "N" },
  duration: { value: ms, unit: "ms" },
});
const sizeOf = (message: DeviceMessage) => encode("report", deviceId, message).length;
const snapshotsOf = (bench: Bench) => bench.heard.filter((message) => message.kind === "snapshot");

describe("what a report has no room for", () => {
  test.each([
    ["evidence of 300 KiB", withEvidence("x".repeat(300 * 1024)), "succeeded"],
    ["evidence of 90,000 Japanese characters", withEvidence("測".repeat(90_000)), "succeeded"],
    ["an error of 300 KiB", failing("測".repeat(100 * 1024)), "failed"],
  ])(
    "D6: %s keeps no end from being told, and no reconcile from its answer; the journal has all of it",
    async (_, op, state) => {
      const bench = await withOp(op);
      await bench.execute(1, { op: "op", params: params(1, 300) });
      await bench.pass(3_000);
      expect(bench.reports(1)).toContain(state);
      expect(bench.heard.every((message) => sizeOf(message) <= most)).toBe(true);
      const { evidence, error } = bench.journal().get(idOf(1)) ?? {};
      expect(JSON.stringify({ evidence, error }).length).toBeGreaterThan(80_000);
      bench.device().kill();
      await bench.ready();
      await bench.execute(2, { params: params(2, 100) });
      await bench.pass(1_000);
      expect(bench.reports(2)).toContain("succeeded");
    },
  );

  test("D18: many ends in a script of three bytes a character fit into the parts of one answer", async () => {
    const bench = await withOp(withEvidence("測".repeat(2_500)));
    for (let n = 1; n <= 60; n++) {
      await bench.execute(n, { op: "op", params: params(n, 10) });
      await bench.pass(300);
    }
    bench.heard.length = 0;
    await bench.reconcile([], 1, "rid-9");
    await bench.pass(100);
    const parts = snapshotsOf(bench);
    expect(parts.length).toBeGreaterThan(2);
    expect(parts.reduce((sum, { unlisted }) => sum + unlisted.length, 0)).toBe(60);
    expect(parts.every((part) => sizeOf(part) <= most)).toBe(true);
  });

  test("D20: a part of a result that has more bytes than room is left out, whatever its characters", async () => {
    const bench = await withOp({
      ...stroke,
      result: { ...stroke.result, note: { type: "string" } },
      async watch(session, own, baseline, context) {
        context.partial({ note: "測".repeat(100_000) });
        const ending = await stroke.watch(session, own, baseline, context);
        return ending.state === "failed" ? ending : { ...ending, result: { ...ending.result, note: "done" } };
      },
    });
    await bench.execute(1, { op: "op", params: params(1, 1_000) });
    await bench.pass(300);
    bench.heard.length = 0;
    await bench.reconcile([1], 1, "rid-9");
    await bench.pass(100);
    expect(snapshotsOf(bench)).toHaveLength(1);
  });

  test("D7: a search for evidence that finds more than an answer has room for is answered, and left to people", async () => {
    const text = "測".repeat(100_000);
    const bench = await withOp({
      ...stroke,
      probe: async () => ({ outcome: "not-happened", decisive: true, evidence: { text } }),
    });
    await bench.execute(1, { op: "op", params: params(1, 100) });
    await bench.pass(1_000);
    await bench.probe(1);
    await bench.pass(100);
    expect(bench.last("probe-result")).toMatchObject({
      outcome: "unknown",
      decisive: false,
      evidence: { found: "not-happened" },
    });
  });
});
