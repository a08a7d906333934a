import fc from "fast-check";
import type { RecordedEvent } from "@labloop/contracts";
import { expect, test } from "vitest";
import { openJournal } from "../src/index.ts";
import { at, codeOf, heard, open, terms } from "./builders.ts";

test("a subscriber gets history from where it asked, then every append, once and in order", { timeout: 60_000 }, () => {
  const batches = fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 3 });
  fc.assert(
    fc.property(batches, batches, fc.integer({ min: 1, max: 400 }), (before, after, fromSeq) => {
      const journal = openJournal({ ...terms, memory: true });
      const append = (count: number) => journal.append(Array(count).fill(heard("balance")), at);
      before.forEach(append);
      const seen: number[] = [];
      journal.subscribe(fromSeq, ({ seq }) => seen.push(seq));
      after.forEach(append);
      const last = journal.head().seq;
      expect(seen).toEqual(Array.from({ length: Math.max(last - fromSeq + 1, 0) }, (_, i) => fromSeq + i));
      journal.close();
    }),
    { numRuns: 20 },
  );
});

test("a listener that appends, during history too, disturbs nobody's order", () => {
  const journal = open();
  journal.append([heard("a"), heard("b")], at);
  const first: number[] = [];
  const second: number[] = [];
  journal.subscribe(1, ({ seq }) => {
    first.push(seq);
    if (seq < 6) journal.append([heard("c")], at);
  });
  journal.subscribe(1, ({ seq }) => {
    second.push(seq);
    if (seq === 7) journal.append([heard("d"), heard("e")], at);
  });
  expect(first).toEqual(second);
  expect(first).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

test("what a listener is handed is what stands in the journal, of appends that another makes meanwhile too", () => {
  const journal = open();
  const seen: RecordedEvent[] = [];
  journal.subscribe(1, ({ seq }) => {
    if (seq % 3 === 0) journal.append([heard("c"), heard("d")], { labAt: seq + 0.5, wallAt: seq });
  });
  journal.subscribe(2, (record) => seen.push(record));
  for (let count = 0; count < 4; count++) journal.append([heard("a"), heard("b")], { ...at, labAt: count });
  expect(seen.length).toBeGreaterThan(10);
  expect(seen).toEqual([...journal.read(2)]);
});

test("a cancelled subscriber gets nothing more, not even of the batch that made it cancel", () => {
  const journal = open();
  const seen: number[] = [];
  const cancel = journal.subscribe(1, ({ seq }) => {
    seen.push(seq);
    if (seq === 2) cancel();
  });
  journal.append([heard("a"), heard("b"), heard("c")], at);
  journal.append([heard("d")], at);
  cancel();
  expect(seen).toEqual([1, 2]);
});

test("a listener that throws is reported after the others are served, and the events stay recorded", () => {
  const journal = open();
  const seen: number[] = [];
  journal.subscribe(1, () => {
    throw new Error("no room for this");
  });
  journal.subscribe(1, ({ seq }) => seen.push(seq));
  expect(codeOf(() => journal.append([heard("a")], at))).toBe("journal.listenerFailed");
  expect(seen).toEqual([1]);
  expect(journal.head().seq).toBe(1);
});
