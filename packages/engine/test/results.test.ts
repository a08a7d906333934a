import { crc32 } from "node:zlib";
import { createRandomIds } from "@labloop/clock";
import type { GetBlob, Values } from "@labloop/contracts";
import { canonicalJson } from "@labloop/contracts";
import { digestOf, sha256 } from "@labloop/contracts/digest";
import { createProjection } from "@labloop/journal";
import { expect, test } from "vitest";
import { mixingLab } from "./support/documents.ts";
import { resolve } from "./support/doubt.ts";
import { openRig, type Rig, type RigOptions } from "./support/rig.ts";

const chunkBytes = 128 * 1024;
/** About 1.5 MiB, so that it does not fit into one window of chunks. */
const curve = Array.from({ length: 90_000 }, (_, index) => Math.sin(index));
const large: Values = { mass: { value: 7, unit: "g" }, curve: { values: curve, unit: "N" } };
const bytes = Buffer.from(canonicalJson(large));

/** What becomes of the n-th answer, from 0: it goes out as it is, or as given, or not at all. */
type Fate = (answer: number, data: Buffer) => Buffer | null;

/** A device that has done its act and holds a large result; it answers as told. */
async function holdingRig(options: RigOptions = {}, announced = sha256(bytes)) {
  const rig = await openRig({ lab: mixingLab(1), isObeying: false, ...options });
  const asked: number[] = [];
  const self = { rig, asked, fate: ((_answer, data) => data) as Fate, most: 0 };
  let outstanding = 0;
  let answers = 0;
  rig.device.bus.subscribe({
    key: "control",
    name: "mixer-1",
    onDelivery: ({ payload }) => {
      if (payload.kind === "get-blob") answer(payload);
    },
  });
  function answer({ idx }: GetBlob): void {
    asked.push(idx);
    self.most = Math.max(self.most, ++outstanding);
    rig.clock.at(rig.clock.now() + 10, () => {
      outstanding--;
      const data = bytes.subarray(idx * chunkBytes, (idx + 1) * chunkBytes);
      const sent = self.fate(answers++, data);
      if (sent === null || !rig.device.bus.isUp) return;
      const stamp = { v: 1, device: "mixer-1", issuedAt: new Date(rig.clock.now()).toISOString() } as const;
      const head = { kind: "blob", sha256: announced, idx, n: Math.ceil(bytes.length / chunkBytes) } as const;
      void rig.device.bus.publish("blob", "mixer-1", {
        ...stamp,
        ...head,
        crc32: crc32(data),
        data: sent.toString("base64"),
      });
    });
  }
  await rig.until(() => rig.device.executes.length === 1);
  const commandId = rig.device.executes[0]?.commandId ?? "";
  const resultRef = { sha256: announced, size: bytes.length, media: "application/json" };
  const report = () => rig.device.report(commandId, "succeeded", { resultRef });
  return Object.assign(self, { commandId, report });
}

const acksOf = (rig: Rig, commandId: string) => rig.device.acks.filter((id) => id === commandId).length;

test("§13: a large result is terminal at once, fetched eight chunks at a time, and acknowledged only after it is recorded", async () => {
  const held = await holdingRig();
  const { rig, commandId } = held;
  await held.report();
  await rig.until(() => rig.events("step.succeeded").length === 1);
  expect(rig.events("observation.made")).toEqual([]);
  await rig.device.repeat(commandId);
  await rig.pass(1);
  expect(acksOf(rig, commandId)).toBe(0);
  await rig.until(() => rig.events("step.resultFetched").length === 1);
  await rig.until(() => rig.end() !== null);
  expect(held.most).toBe(8);
  expect(held.asked.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 14 }, (_, idx) => idx));
  const [observed] = rig.events("observation.made");
  expect(observed?.observation.values).toMatchObject({ mass: { value: 7 } });
  expect(observed?.observation.steps[0]?.rawDigest).toBe(digestOf(large));
  await rig.pass(1);
  expect(acksOf(rig, commandId)).toBe(1);
  expect(rig.refold()).toEqual(rig.engine.state());
});

test("§13: chunks that are lost or damaged are asked for again, until the whole verifies", async () => {
  const held = await holdingRig();
  held.fate = (answer, data) =>
    answer % 3 === 0 ? null : answer % 3 === 1 && answer < 30 ? Buffer.concat([data.subarray(1), Buffer.of(1)]) : data;
  await held.report();
  await held.rig.until(() => held.rig.end() !== null);
  expect(held.rig.events("step.resultFetched")).toEqual([
    { type: "step.resultFetched", commandId: held.commandId, result: large },
  ]);
});

test("§13: what does not have the digest that was announced is never taken, and ends as a fault of its observation, by name", async () => {
  const digest = "0".repeat(64);
  const held = await holdingRig({}, digest);
  await held.report();
  await held.rig.until(() => held.rig.events("observation.made").length > 0);
  expect(held.asked).toHaveLength(3 * 14);
  expect(held.rig.events("step.resultFetched")).toMatchObject([
    { result: {}, problem: expect.stringContaining(digest) },
  ]);
  const [observed] = held.rig.events("observation.made");
  expect(observed?.observation).toMatchObject({
    values: null,
    failure: { class: "instrument", code: "result.unavailable", message: expect.stringContaining(digest) },
  });
  expect(held.rig.refold()).toEqual(held.rig.engine.state());
});

test("§13: a device that never sends what it has announced is waited for five minutes, and while it is away for ever", async () => {
  const held = await holdingRig();
  const { rig } = held;
  held.fate = () => null;
  await held.report();
  await rig.pass(60_000);
  rig.device.isBeating = false;
  await rig.pass(3_600_000);
  expect(rig.events("step.resultFetched")).toEqual([]);
  rig.device.isBeating = true;
  await rig.until(() => rig.events("step.resultFetched").length === 1, 305_000);
  expect(rig.events("step.resultFetched")[0]?.problem).toContain("nothing of it has come for 300 s");
});

test("§13: an engine killed while it fetches goes on fetching, and so does one whose device was away", async () => {
  const held = await holdingRig({ isDurable: true });
  const { rig } = held;
  held.fate = () => null;
  await held.report();
  await rig.until(() => held.asked.length > 0);
  rig.kill();
  rig.device.isBeating = false;
  rig.reopen();
  await rig.pass(60_000);
  held.fate = (_answer, data) => data;
  rig.device.isBeating = true;
  await rig.until(() => rig.end() !== null);
  expect(rig.events("step.resultFetched")).toHaveLength(1);
  expect(rig.events("observation.made")[0]?.observation.values).toMatchObject({ mass: { value: 7 } });
  expect(rig.device.executes).toHaveLength(1);
});

/** A device that says that it can put its results, and an engine that says where. */
const putting: RigOptions = { blobUrl: "http://127.0.0.1:1/blob" };

test("§13: what a device puts is verified and taken like what was asked for, and nothing is asked for then", async () => {
  const held = await holdingRig(putting);
  const { rig, commandId } = held;
  const { results } = rig.engine;
  const digest = sha256(bytes);
  expect(rig.device.reconciles.map(({ blobUrl }) => blobUrl)).toEqual([putting.blobUrl]);
  expect(results.progress(digest)).toBeNull();
  await held.report();
  await rig.until(() => results.progress(digest) !== null);
  const half = 6 * chunkBytes;
  expect(results.put(digest, 0, bytes.subarray(0, half))).toBe("more");
  expect(results.progress(digest)).toEqual({ size: bytes.length, held: half });
  await rig.pass(9_000);
  expect(results.put(digest, half, bytes.subarray(half))).toBe("whole");
  await rig.until(() => rig.end() !== null);
  expect(held.asked).toEqual([]);
  expect(rig.events("step.resultFetched")).toEqual([{ type: "step.resultFetched", commandId, result: large }]);
  expect(results.put(digest, 0, bytes)).toBe("unwanted");
});

test("§13: what a device has stopped putting is asked for in chunks after 10 s, and only what is missing", async () => {
  const held = await holdingRig(putting);
  const { rig } = held;
  const { results } = rig.engine;
  await held.report();
  await rig.until(() => results.progress(sha256(bytes)) !== null);
  results.put(sha256(bytes), 0, bytes.subarray(0, 5 * chunkBytes));
  await rig.pass(9_900);
  expect(held.asked).toEqual([]);
  await rig.until(() => rig.end() !== null);
  expect(held.asked.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 9 }, (_, n) => n + 5));
  expect(rig.events("step.resultFetched")[0]?.result).toEqual(large);
});

test("§13: bytes of another digest are never taken, and after three times the result ends as a fault", async () => {
  const held = await holdingRig(putting, "0".repeat(64));
  const { rig } = held;
  await held.report();
  await rig.until(() => rig.engine.results.progress("0".repeat(64)) !== null);
  const answers = [1, 2, 3].map(() => rig.engine.results.put("0".repeat(64), 0, bytes));
  expect(answers).toEqual(["wrong", "wrong", "wrong"]);
  await rig.until(() => rig.events("observation.made").length > 0);
  expect(rig.events("step.resultFetched")[0]?.problem).toContain("0".repeat(64));
});

test("D20: parts of a growing result are recorded once each, shown, never acknowledged, and replaced by the last word", async () => {
  const rig = await openRig({ isObeying: false });
  await rig.until(() => rig.device.executes.length === 1);
  const commandId = rig.device.executes[0]?.commandId ?? "";
  const part = (seq: number) => ({ seq, values: { mass: { value: seq, unit: "g" } } });
  const say = (seq: number) => rig.device.report(commandId, "started", { physical: "unknown", partial: part(seq) });
  await say(1);
  await rig.until(() => rig.events("step.provisional").length === 1);
  await say(3);
  await rig.device.repeat(commandId);
  await say(2);
  await rig.pass(10);
  expect(rig.events("step.started")).toHaveLength(1);
  expect(rig.events("step.provisional").map(({ seq }) => seq)).toEqual([1, 3]);
  const shown = () => {
    const projection = createProjection();
    for (const record of rig.journal.read()) projection.apply(record);
    return projection.view().runs[0]?.steps[0]?.provisional;
  };
  expect(shown()).toEqual(part(3));
  expect(rig.device.acks).toEqual([]);
  expect(rig.events("observation.made")).toEqual([]);

  await rig.device.report(commandId, "succeeded", { result: { mass: { value: 9, unit: "g" } } });
  await rig.until(() => rig.end() !== null);
  expect(shown()).toBeUndefined();
  expect(rig.events("observation.made")[0]?.observation.values).toMatchObject({ mass: { value: 9 } });
  expect(rig.refold()).toEqual(rig.engine.state());
});

test.each(["executed", "partial", "discarded", "not-executed"] as const)(
  "E10, E4: a large result that comes after a person's %s is raised with its digest, fetched, and acknowledged only then",
  async (as) => {
    const held = await holdingRig({ lab: mixingLab(2), waitsForPeople: true });
    const { rig, commandId } = held;
    await rig.device.report(commandId, "started", { physical: "unknown" });
    rig.device.onCancel = () => undefined;
    await rig.until(() => rig.events("step.doubted").length === 1);
    const result = { mass: { value: 1, unit: "g" } };
    expect(resolve(rig, commandId, { as, ...(as === "executed" ? { result } : {}) })).toMatchObject({ ok: true });
    await held.report();
    await rig.until(() => rig.events("step.contradicted").length === 1);
    await rig.device.repeat(commandId);
    await rig.pass(1);
    expect(rig.events("step.contradicted")).toMatchObject([
      { resultRef: { sha256: sha256(bytes), size: bytes.length } },
    ]);
    expect(acksOf(rig, commandId)).toBe(0);
    await rig.until(() => rig.events("step.resultFetched").length === 1);
    await rig.pass(1);
    expect(digestOf(rig.events("step.resultFetched")[0]?.result)).toBe(digestOf(large));
    expect(acksOf(rig, commandId)).toBe(1);
    await rig.device.repeat(commandId);
    await rig.pass(1);
    expect(acksOf(rig, commandId)).toBe(2);
    expect(rig.events("step.succeeded")).toEqual([]);
    expect(rig.events("step.contradicted")).toHaveLength(1);
    expect(rig.refold()).toEqual(rig.engine.state());
  },
);

test("E4: an orphan's large result is recorded by its digest, and never acknowledged while nobody has it", async () => {
  const rig = await openRig({ lab: mixingLab(1), isObeying: false, isDurable: true, waitsForPeople: true });
  await rig.until(() => rig.device.executes.length === 1);
  const orphan = `${createRandomIds(rig.clock).ulid()}.1`;
  const resultRef = { sha256: sha256(bytes), size: bytes.length, media: "application/json" };
  await rig.device.report(orphan, "succeeded", { resultRef });
  await rig.until(() => rig.events("device.orphanFound").length === 1);
  expect(rig.events("device.orphanFound")).toMatchObject([{ commandId: orphan, evidence: { resultRef } }]);
  const by = { kind: "operator", name: "Ada" } as const;
  rig.engine.submit({ type: "device.release", device: rig.device.id, by, reason: "its part is gone" });
  await rig.pass(5_000);
  await rig.device.repeat(orphan);
  await rig.pass(1_000);
  expect(acksOf(rig, orphan)).toBe(0);
});
