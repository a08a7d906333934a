import { DatabaseSync } from "node:sqlite";
import type { LabEvent } from "@labloop/contracts";
import fc from "fast-check";
import { expect, test } from "vitest";
import { openJournal, readJournal } from "../src/index.ts";
import {
  at,
  codeOf,
  heard,
  intended,
  journalFile,
  observed,
  open,
  sent,
  succeeded,
  terms,
  ulid,
  write,
} from "./builders.ts";

test("an append returns its events as they are read back, and moves the head to the last", () => {
  const journal = open({ file: journalFile() });
  const records = journal.append([intended(1), sent(1)], at);
  journal.append([], at);
  expect(records).toEqual([...journal.read()]);
  expect(records.map(({ seq, epoch, labAt, wallAt, event }) => ({ seq, epoch, labAt, wallAt, event }))).toEqual([
    { seq: 1, epoch: 1, ...at, event: intended(1) },
    { seq: 2, epoch: 1, ...at, event: sent(1) },
  ]);
  expect(journal.head()).toEqual({ seq: 2, hash: records[1]?.hash });
});

test("I7: however a history is cut into batches, its events and its head are the same", { timeout: 60_000 }, () => {
  const history = [heard("balance"), ...[1, 2, 3, 4].flatMap((n) => [intended(n), sent(n), succeeded(n), observed(n)])];
  const whole = open();
  whole.append(history, at);
  const cuts = fc.array(fc.integer({ min: 0, max: history.length }), { maxLength: 8 });
  fc.assert(
    fc.property(cuts, (places) => {
      const journal = openJournal({ ...terms, memory: true });
      const edges = [0, ...places.sort((a, b) => a - b), history.length];
      edges.slice(1).forEach((end, i) => journal.append(history.slice(edges[i], end), at));
      expect(journal.head()).toEqual(whole.head());
      expect([...journal.read()]).toEqual([...whole.read()]);
      journal.close();
    }),
    { numRuns: 40 },
  );
});

test("E1: a committed command stands in the outbox, across a restart, until it is recorded as sent", () => {
  const file = journalFile();
  write(file, [intended(1), intended(2)], [sent(1), intended(3)]);
  const journal = open({ file });
  expect(journal.unsentCommands()).toEqual([
    { commandId: `${ulid(2)}.1`, seq: 2 },
    { commandId: `${ulid(3)}.1`, seq: 4 },
  ]);
  journal.append([sent(2), sent(3)], at);
  expect(journal.unsentCommands()).toEqual([]);
});

test("E6: a command may be recorded as sent again", () => {
  const file = journalFile();
  write(file, [intended(1), sent(1)], [sent(1)]);
  expect(readJournal(file).verify()).toMatchObject({ ok: true, value: { events: 3 } });
});

test.each<[string, LabEvent]>([
  ["a command id", intended(1, { dseq: 9 })],
  ["a number of a device", intended(9, { dseq: 1 })],
  ["an observation of a step", observed(1, 9)],
  ["an observation id", observed(9, 1)],
])("E4: %s that is there already is refused, and nothing of its batch stays", (_, repeated) => {
  const first = [intended(1), observed(1)];
  fc.assert(
    fc.property(fc.nat(3), fc.nat(3), (before, after) => {
      const journal = openJournal({ ...terms, memory: true });
      journal.append(first, at);
      const head = journal.head();
      const others = (from: number, count: number) => Array.from({ length: count }, (__, i) => intended(from + i));
      const batch = [...others(20, before), repeated, ...others(30, after)];
      expect(codeOf(() => journal.append(batch, at))).toBe("journal.duplicate");
      expect(journal.head()).toEqual(head);
      expect([...journal.read()]).toHaveLength(2);
      // What stood before it in the batch left no row behind either.
      journal.append([...others(20, before), ...others(30, after)], at);
      journal.close();
    }),
    { numRuns: 16 },
  );
});

test("E4: a repetition inside one batch is refused too", () => {
  const journal = open();
  expect(codeOf(() => journal.append([intended(1), intended(1, { dseq: 2 })], at))).toBe("journal.duplicate");
  expect(codeOf(() => journal.append([observed(1, 1), observed(1, 2)], at))).toBe("journal.duplicate");
  expect(journal.head().seq).toBe(0);
});

test("the same number on another device, and a second attempt at a step, are no repetitions", () => {
  const journal = open();
  journal.append([intended(1), intended(2, { device: "press", dseq: 1 }), intended(1, { attempt: 2, dseq: 2 })], at);
  expect(journal.head().seq).toBe(3);
});

test("a command that was never intended cannot be recorded as sent", () => {
  const journal = open();
  expect(codeOf(() => journal.append([intended(1), sent(2)], at))).toBe("journal.unknownCommand");
  expect(journal.head().seq).toBe(0);
});

test.each<[string, LabEvent]>([
  ["without a member", { type: "device.heard" } as unknown as LabEvent],
  ["with one too many", { ...heard("balance"), mood: "good" } as unknown as LabEvent],
  ["with NaN in it", { ...intended(1), ttlMs: Number.NaN }],
])("an event %s is refused with its whole batch", (_, event) => {
  const journal = open();
  expect(codeOf(() => journal.append([heard("balance"), event], at))).toBe("journal.badEvent");
  expect(journal.head().seq).toBe(0);
});

test("a batch at no finite time is refused", () => {
  const journal = open();
  expect(codeOf(() => journal.append([heard("balance")], { labAt: Number.NaN, wallAt: 0 }))).toBe("journal.badEvent");
});

test("E1: a commit that fails leaves the last head, and the handle writes nothing more", () => {
  const file = journalFile();
  const journal = open({ file });
  journal.append([heard("balance")], at);
  // A foreign key that is checked at COMMIT and never holds.
  const saboteur = new DatabaseSync(file);
  saboteur.exec(`
    CREATE TABLE promise (seq INTEGER REFERENCES events (seq) DEFERRABLE INITIALLY DEFERRED);
    CREATE TRIGGER sabotage AFTER INSERT ON events BEGIN INSERT INTO promise VALUES (-1); END`);
  expect(codeOf(() => journal.append([heard("press")], at))).toBe("journal.notWritable");
  saboteur.exec("DROP TRIGGER sabotage");
  saboteur.close();

  expect(codeOf(() => journal.append([heard("press")], at))).toBe("journal.notWritable");
  expect(journal.lease.isHeld(0)).toBe(false);
  const reader = readJournal(file);
  expect(reader.head()).toEqual(journal.head());
  expect([...reader.events()]).toHaveLength(1);
  reader.close();
  journal.close();
  const next = open({ file });
  next.append([heard("press")], at);
  expect(next.head().seq).toBe(2);
});
