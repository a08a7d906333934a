import { createSeededIds, createVirtualClock } from "@labloop/clock";
import { expect, test } from "vitest";
import { createMemoryMedium, openMemoryStore } from "../../src/index.ts";
import { acceptedRecord, settledRecord } from "../../src/loop/facts.ts";
import { createStagingStore } from "../../src/store/staging-store.ts";
import { executeOf, idOf } from "../support/bench.ts";

const clock = createVirtualClock(0);
const moment = { at: 0, tMono: 0 };
const accepted = (n: number) => acceptedRecord(executeOf(clock, n), moment);
const done = (n: number) => settledRecord(accepted(n), moment, { state: "succeeded", physical: "full" });

function open() {
  const medium = createMemoryMedium();
  const store = createStagingStore(openMemoryStore({ medium, ids: createSeededIds(clock, 1, "staging") }), clock);
  return { medium, store, onDisk: () => [...(medium.content?.records.keys() ?? [])].sort() };
}

test("what is staged is read as if it were there, and is on disk with the next transaction only", () => {
  const { store, onDisk, medium } = open();
  const told: (Error | null)[] = [];
  store.write({ record: done(1) });
  store.stage(accepted(2), 7, (error) => told.push(error));
  store.stageAcks([idOf(1)], () => told.push(null));
  expect(store.find(idOf(2))?.state).toBe("accepted");
  expect(store.findByDseq(2)?.commandId).toBe(idOf(2));
  expect(store.find(idOf(1))?.isAcked).toBe(true);
  expect(store.unsettled().map(({ dseq }) => dseq)).toEqual([2]);
  expect(store.unacked().map(({ dseq }) => dseq)).toEqual([2]);
  expect(store.head).toMatchObject({ jseq: 1, fence: 7, maxDseq: 2 });
  expect([onDisk(), medium.content?.head.fence, told]).toEqual([[idOf(1)], 0, []]);
  store.write({ record: done(3), fence: 4 });
  expect(onDisk()).toEqual([1, 2, 3].map(idOf));
  expect(medium.content?.head).toMatchObject({ jseq: 2, fence: 7, maxDseq: 3 });
  expect(medium.content?.records.get(idOf(1))?.isAcked).toBe(true);
  expect(told).toEqual([null, null]);
  store.close();
});

test("a transaction that fails takes with it what was staged, and tells whoever staged it", () => {
  const { store, onDisk } = open();
  const told: (Error | null)[] = [];
  store.write({ record: done(1) });
  store.stage(accepted(2), 7, (error) => told.push(error));
  const thief = { ...accepted(3), dseq: 1 };
  expect(() => store.write({ record: thief })).toThrow(expect.objectContaining({ code: "device.journalConflict" }));
  expect(told).toEqual([expect.objectContaining({ code: "device.journalConflict" })]);
  expect([onDisk(), store.find(idOf(2)), store.head.fence]).toEqual([[idOf(1)], null, 0]);
  store.flush();
  expect(told).toHaveLength(1);
  store.close();
});

test("a flush writes commands and what waits with them; acknowledgements alone it leaves waiting", () => {
  const { store, medium } = open();
  store.write({ record: done(1) });
  store.stageAcks([idOf(1)], () => undefined);
  store.flush();
  expect(medium.content?.records.get(idOf(1))?.isAcked).toBe(false);
  store.stage(accepted(2), 1, () => undefined);
  store.flush();
  expect(medium.content?.records.get(idOf(1))?.isAcked).toBe(true);
  expect(medium.content?.records.get(idOf(2))?.state).toBe("accepted");
  store.close();
});
