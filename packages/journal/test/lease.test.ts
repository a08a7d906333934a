import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { at, codeOf, heard, journalFile, open, sent, terms } from "./builders.ts";

test("E2: a lease fences itself at two thirds of its life, and an append or a renewal begins the life anew", () => {
  let now = 500;
  const journal = open({ leaseLifeMs: 9_000, monotonicNow: () => now });
  expect(journal.lease.isHeld(6_499)).toBe(true);
  expect(journal.lease.isHeld(6_500)).toBe(false);

  now = 5_000;
  journal.append([heard("balance")], at);
  expect(journal.lease.isHeld(10_999)).toBe(true);
  expect(journal.lease.isHeld(11_000)).toBe(false);

  now = 20_000;
  journal.lease.renew();
  expect(journal.lease.isHeld(25_999)).toBe(true);
  expect(journal.lease.isHeld(26_000)).toBe(false);
});

test("E2: an append that is refused does not renew the lease", () => {
  let now = 0;
  const journal = open({ leaseLifeMs: 9_000, monotonicNow: () => now });
  now = 5_000;
  expect(codeOf(() => journal.append([sent(1)], at))).toBe("journal.unknownCommand");
  expect(journal.lease.isHeld(6_000)).toBe(false);
});

test("E2: whoever's lease row bears another epoch commits nothing, ever again", () => {
  const file = journalFile();
  const journal = open({ file });
  journal.append([heard("balance")], at);
  const thief = new DatabaseSync(file);
  thief.exec("UPDATE lease SET epoch = 2, holder = 'engine-2'");

  expect(codeOf(() => journal.append([heard("balance")], at))).toBe("journal.leaseLost");
  expect(codeOf(() => journal.lease.renew())).toBe("journal.leaseLost");
  expect(journal.lease.isHeld(0)).toBe(false);
  thief.exec("UPDATE lease SET epoch = 1");
  expect(codeOf(() => journal.append([heard("balance")], at))).toBe("journal.leaseLost");
  expect(thief.prepare("SELECT count(*) AS n FROM events").get()).toEqual({ n: 1 });
  thief.close();
});

test.each([
  ["moved the head", "UPDATE meta SET head_seq = 0"],
  ["added an event", "INSERT INTO events SELECT 2, epoch, lab_at, wall_at, type, body, hash, hash FROM events"],
])("E2: when something else has %s, the writing ends", (_, sql) => {
  const file = journalFile();
  const journal = open({ file });
  journal.append([heard("balance")], at);
  const head = journal.head();
  const intruder = new DatabaseSync(file);
  intruder.exec(sql);
  intruder.close();
  expect(codeOf(() => journal.append([heard("balance")], at))).toBe("journal.altered");
  expect(journal.lease.isHeld(0)).toBe(false);
  expect(journal.head()).toEqual(head);
});

test("§9: every opening has a new epoch from one counter, whichever cell it is for", () => {
  const file = journalFile();
  const epochs = ["main", "other", "main"].map((cell) => {
    const journal = open({ file, cell });
    journal.append([heard("balance")], at);
    journal.close();
    return journal.lease.epoch;
  });
  expect(epochs).toEqual([1, 2, 3]);
  expect([...open({ file }).read()].map(({ epoch }) => epoch)).toEqual([1, 2, 3]);
});

test("§9: after a restored backup the epoch is lifted above the highest fence, and never goes back", () => {
  const file = journalFile();
  const epochs = [1, 41, 7].map((minEpoch) => {
    const journal = open({ file, minEpoch });
    journal.close();
    return journal.lease.epoch;
  });
  expect(epochs).toEqual([1, 41, 42]);
});

test("S4: a new epoch for the same holder is one transaction, and what is recorded from then on bears it", () => {
  const file = journalFile();
  let now = 500;
  const journal = open({ file, leaseLifeMs: 9_000, monotonicNow: () => now });
  journal.append([heard("balance")], at);
  now = 5_000;
  expect(journal.lease.newEpoch()).toBe(2);
  expect(journal.lease.epoch).toBe(2);
  expect(journal.lease.isHeld(10_999)).toBe(true);
  journal.append([heard("balance")], at);
  expect([...journal.read()].map(({ epoch }) => epoch)).toEqual([1, 2]);
  const database = new DatabaseSync(file, { readOnly: true });
  const row = { cell: "main", holder: "engine-1", epoch: 2, expires_at: 14_000 };
  expect(database.prepare("SELECT * FROM lease").all()).toEqual([row]);
  database.close();
  journal.close();
  expect(open({ file }).lease.epoch).toBe(3);
});

test("S4, E2: whoever has lost the lease takes no new epoch", () => {
  const file = journalFile();
  const journal = open({ file });
  const thief = new DatabaseSync(file);
  thief.exec("UPDATE lease SET epoch = 7");
  expect(codeOf(() => journal.lease.newEpoch())).toBe("journal.leaseLost");
  expect(journal.lease.epoch).toBe(1);
  expect(thief.prepare("SELECT epoch FROM meta").get()).toEqual({ epoch: 1 });
  thief.close();
});

test("the lease row says who holds which cell until when", () => {
  const file = journalFile();
  const { lease } = open({ ...terms, file, monotonicNow: () => 1_000 });
  const database = new DatabaseSync(file, { readOnly: true });
  expect(database.prepare("SELECT * FROM lease").all()).toEqual([
    { cell: "main", holder: "engine-1", epoch: lease.epoch, expires_at: 11_000 },
  ]);
  database.close();
});
