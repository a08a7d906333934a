import { crc32 } from "node:zlib";
import type { BlobChunk } from "@labloop/contracts";
import { canonicalJson } from "@labloop/contracts";
import { digestOf, sha256 } from "@labloop/contracts/digest";
import { expect, test } from "vitest";
import { type Bench, createBench, deviceId, idOf } from "../support/bench.ts";
import { counterDevice } from "../support/counter.ts";

const stroke = counterDevice.operations["stroke"]!;
const values = Array.from({ length: 40_000 }, (_, index) => Math.round(1e6 * Math.sin(index)) / 1e6);
const result = { curve: { values, unit: "N" } };

/** A device whose act yields a large curve. */
const camera = {
  ...counterDevice,
  operations: {
    stroke: {
      ...stroke,
      result: { curve: { type: "series", unit: "N" } },
      watch: async (_session, params) => ({ state: "succeeded", result, executed: params }),
    } satisfies typeof stroke,
  },
};

async function done(quota?: number): Promise<{ bench: Bench; chunks: BlobChunk[] }> {
  const bench = createBench({ definition: camera, ...(quota === undefined ? {} : { resultQuotaBytes: quota }) });
  const chunks: BlobChunk[] = [];
  bench.engine.subscribe({ key: "blob", name: "+", onDelivery: ({ payload }) => void chunks.push(payload) });
  await bench.ready();
  await bench.execute(1);
  await bench.pass(1_100);
  return { bench, chunks };
}
async function get(bench: Bench, digest: string, idx: number): Promise<void> {
  const issuedAt = new Date(bench.clock.now()).toISOString();
  const ask = {
    v: 1,
    kind: "get-blob",
    device: deviceId,
    epoch: 1,
    engineId: "e",
    issuedAt,
    sha256: digest,
    idx,
  } as const;
  await bench.engine.publish("control", deviceId, ask);
  await bench.pass(1);
}

test("section 13: a result above 192 KiB goes by reference, and its chunks give back its very bytes", async () => {
  const { bench, chunks } = await done();
  const report = bench.last("report");
  expect(report).toMatchObject({ state: "succeeded", physical: "full", resultRef: { media: "application/json" } });
  expect(report).not.toHaveProperty("result");
  const { sha256: digest, size } = report.resultRef!;
  expect(digest).toBe(digestOf(result));
  await get(bench, digest, 0);
  const n = chunks[0]?.n ?? 0;
  for (let idx = 1; idx < n; idx++) await get(bench, digest, idx);
  const parts = chunks.map(({ data }) => Buffer.from(data, "base64"));
  expect(chunks.map((chunk) => [chunk.idx, chunk.crc32])).toEqual(parts.map((part, idx) => [idx, crc32(part)]));
  expect(Math.max(...parts.map((part) => part.length))).toBe(128 * 1024);
  const whole = Buffer.concat(parts);
  expect([whole.length, sha256(whole), whole.toString()]).toEqual([size, digest, canonicalJson(result)]);
});

test("section 13, D5: the bytes are as durable as the report, and still there after a restart", async () => {
  const { bench, chunks } = await done();
  bench.device().kill();
  await bench.ready();
  expect(bench.last("snapshot").unlisted).toMatchObject([
    { state: "succeeded", resultRef: { sha256: digestOf(result) } },
  ]);
  await get(bench, digestOf(result), 1);
  expect(chunks).toHaveLength(1);
});

test("section 13: a chunk that is not there is refused", async () => {
  const { bench, chunks } = await done();
  await get(bench, "0".repeat(64), 0);
  await get(bench, digestOf(result), 99);
  expect([bench.refusals(), chunks]).toEqual([["malformed", "malformed"], []]);
});

test("I10: above the quota the act has failed with matter fully moved and says what makes room, which then does", async () => {
  const { bench } = await done(500 * 1024);
  await bench.execute(2);
  await bench.pass(1_100);
  expect(bench.last("report")).toMatchObject({
    state: "failed",
    physical: "full",
    error: { code: "device.resultQuota", message: expect.stringContaining("acknowledged") },
    executed: { force: { value: 5, unit: "N" } },
  });
  await bench.ack([1, 2]);
  await bench.execute(3);
  await bench.pass(1_100);
  expect(bench.journal().get(idOf(3))).toMatchObject({ state: "succeeded", resultRef: { sha256: digestOf(result) } });
});
