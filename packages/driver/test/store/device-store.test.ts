import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { createSeededIds, createVirtualClock } from "@labloop/clock";
import { sha256 } from "@labloop/contracts/digest";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import {
  type CommandRecord,
  createMemoryMedium,
  type DeviceStore,
  type JournalChange,
  type KeptResult,
  lastRecordedAt,
  openMemoryStore,
  openSqliteStore,
} from "../../src/index.ts";
import { acceptedRecord, settledRecord, startedRecord } from "../../src/loop/facts.ts";
import { executeOf, idOf } from "../support/bench.ts";

const folder = mkdtempSync(join(tmpdir(), "labloop-device-store-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ids = createSeededIds(createVirtualClock(0), 1, "store");
let files = 0;

/** Each twin as a function that makes a fresh journal, which can be opened again and again. */
const twins: [string, () => () => DeviceStore][] = [
  [
    "in memory",
    () => {
      const medium = createMemoryMedium();
      return () => openMemoryStore({ medium, ids });
    },
  ],
  [
    "in a file",
    () => {
      const path = join(folder, `${files++}.db`);
      return () => openSqliteStore({ path, ids });
    },
  ],
];

const clock = { now: () => 0 };
const moment = (at: number) => ({ at, tMono: at });
const accepted = (n: number, at = n) => acceptedRecord(executeOf(clock, n), moment(at));
const started = (n: number, jseq: number, at = n) => startedRecord(accepted(n, at), moment(at), { count: n }, jseq);
const succeeded = (n: number, at = n): CommandRecord =>
  settledRecord(accepted(n, at), moment(at), {
    state: "succeeded",
    physical: "full",
    result: { curve: { values: [0.1, -2e-9], unit: "N" }, ok: true },
    executed: { force: { value: 5, unit: "N" } },
    evidence: { text: "µ 試料", list: [1, null] },
  });

/** The n-th command's large result, of 10 n bytes. */
const resultOf = (n: number): KeptResult => {
  const bytes = new Uint8Array(10 * n).fill(n);
  return { commandId: idOf(n), sha256: sha256(bytes), bytes };
};

const everything = (store: DeviceStore) => ({
  head: store.head,
  unsettled: store.unsettled(),
  unacked: store.unacked(),
  found: [1, 2, 3, 4, 5, 6].map((n) => store.find(idOf(n))),
  byDseq: [1, 2, 3, 4, 5, 6].map((n) => store.findByDseq(n)?.commandId ?? null),
  later: [0, 3, 9].map((jseq) => store.hasStartedAfter(jseq)),
  room: store.resultRoom(),
  chunks: [1, 2, 3, 4, 5, 6].map((n) => store.resultChunk(resultOf(n).sha256, 0)?.bytes.length ?? null),
});

describe.each(twins)("a device journal %s", (_name, make) => {
  test("gives back what was written, also to the next process", () => {
    const open = make();
    const store = open();
    store.write({ record: accepted(1), fence: 4 });
    store.write({ record: started(1, 2) });
    store.write({ record: succeeded(2) });
    store.write({ isBirth: true });
    const before = everything(store);
    expect(before).toMatchObject({
      head: { jseq: 4, fence: 4, watermark: 0, maxDseq: 2, bdSeq: 1 },
      unsettled: [{ commandId: idOf(1), state: "started", baseline: { count: 1 } }],
      unacked: [{ commandId: idOf(1) }, { ...succeeded(2) }],
      later: [true, false, false],
    });
    store.close();
    const again = open();
    expect(everything(again)).toEqual(before);
    again.close();
  });

  test("keeps its id for life, and another journal has another", () => {
    const open = make();
    const first = open();
    const { journalId } = first.head;
    first.close();
    const second = open();
    expect(second.head.journalId).toBe(journalId);
    second.close();
    const other = make()();
    expect(other.head.journalId).not.toBe(journalId);
    other.close();
  });

  test("D12: the fence never falls", () => {
    const store = make()();
    store.write({ fence: 9 });
    store.write({ fence: 3, record: accepted(1) });
    expect(store.head.fence).toBe(9);
    store.close();
  });

  test("S2: the latch is there for the next process, and a stop that counts less changes nothing", () => {
    const open = make();
    const store = open();
    expect(store.head).toMatchObject({ stopId: 0, isLatched: false });
    store.write({ stop: { stopId: 4, active: true } });
    store.write({ stop: { stopId: 4, active: false } });
    store.write({ stop: { stopId: 3, active: false }, record: accepted(1) });
    store.close();
    const next = open();
    expect(next.head).toMatchObject({ stopId: 4, isLatched: true, jseq: 3 });
    next.write({ stop: { stopId: 5, active: false } });
    expect(next.head).toMatchObject({ stopId: 5, isLatched: false });
    next.close();
  });

  test("D13: a second opening is refused until the first has closed", () => {
    const open = make();
    const store = open();
    expect(open).toThrow(expect.objectContaining({ code: "device.journalInUse" }));
    store.write({ record: accepted(1) });
    store.close();
    const next = open();
    expect(next.find(idOf(1))?.state).toBe("accepted");
    next.close();
  });

  test("refuses everything once closed", () => {
    const store = make()();
    store.close();
    store.close();
    const uses = [
      () => store.head,
      () => store.find(idOf(1)),
      () => store.findByDseq(1),
      () => store.unsettled(),
      () => store.unacked(),
      () => store.hasStartedAfter(0),
      () => store.write({ fence: 1 }),
    ];
    for (const use of uses) expect(use).toThrow(expect.objectContaining({ code: "device.journalClosed" }));
  });

  test("a change that fails leaves nothing behind", () => {
    const store = make()();
    store.write({ record: succeeded(1) });
    const before = everything(store);
    const thief = { ...accepted(2), dseq: 1 };
    expect(() => store.write({ record: thief, fence: 8, ackedIds: [idOf(1)], isBirth: true })).toThrow();
    expect(everything(store)).toEqual(before);
    store.close();
  });

  test("only a settled command can be acknowledged", () => {
    const store = make()();
    store.write({ record: accepted(1) });
    store.write({ record: succeeded(2) });
    store.write({ ackedIds: [idOf(1), idOf(2), idOf(3)] });
    expect([1, 2, 3].map((n) => store.find(idOf(n))?.isAcked)).toEqual([false, true, undefined]);
    expect(store.unacked().map((record) => record.commandId)).toEqual([idOf(1)]);
    store.close();
  });

  test("D9: only what is acknowledged by id, old enough and not among the newest is forgotten; the watermark rises", () => {
    const store = make()();
    for (const n of [1, 2, 3, 4, 5, 6]) store.write({ record: succeeded(n, n * 10) });
    store.write({ ackedIds: [1, 3, 4, 5].map(idOf) });
    store.write({ prune: { keep: 2, before: 40 } });
    // 1 and 3 go; 2 is not acknowledged, 4 is not old enough, 5 and 6 are the newest.
    expect([1, 2, 3, 4, 5, 6].filter((n) => store.find(idOf(n)) !== null)).toEqual([2, 4, 5, 6]);
    expect(store.head).toMatchObject({ watermark: 3, maxDseq: 6 });
    store.write({ prune: { keep: 2, before: 41 } });
    expect(store.head.watermark).toBe(4);
    store.close();
  });
});

test("the twins cannot be told apart", () => {
  const n = fc.integer({ min: 1, max: 6 });
  const change: fc.Arbitrary<JournalChange> = fc.oneof(
    fc.record({
      record: fc.oneof(
        n.map((k) => accepted(k)),
        n.map((k) => succeeded(k)),
      ),
      fence: fc.nat(9),
    }),
    fc.record({ record: fc.tuple(n, fc.nat(9)).map(([k, jseq]) => started(k, jseq)) }),
    fc.record({ record: fc.tuple(n, n).map(([a, b]) => ({ ...accepted(a), dseq: b })) }),
    fc.record({ ackedIds: fc.array(n.map(idOf), { maxLength: 3 }) }),
    fc.record({ isBirth: fc.boolean() }),
    fc.record({ stop: fc.record({ stopId: fc.integer({ min: 1, max: 4 }), active: fc.boolean() }) }),
    fc.record({
      records: fc.array(
        n.map((k) => accepted(k)),
        { maxLength: 3 },
      ),
    }),
    fc.record({
      records: fc.array(
        fc.tuple(n, n).map(([a, b]) => ({ ...accepted(a), dseq: b })),
        { maxLength: 3 },
      ),
    }),
    fc.record({ local: fc.option(fc.record({ by: fc.constant("Ada"), since: fc.nat(9) })) }),
    n.map((k) => ({ record: succeeded(k), result: resultOf(k) })),
    fc.record({ prune: fc.record({ keep: fc.nat(6), before: fc.nat(8) }) }),
  );
  const outcome = (store: DeviceStore, one: JournalChange) => {
    try {
      return store.write(one);
    } catch {
      return "refused";
    }
  };
  fc.assert(
    fc.property(fc.array(change, { maxLength: 15 }), (changes) => {
      const fresh = () => ({ ...createSeededIds(createVirtualClock(0), 5, "twin") });
      const file = openSqliteStore({ path: ":memory:", ids: fresh(), resultQuotaBytes: 90 });
      const memory = openMemoryStore({ medium: createMemoryMedium(), ids: fresh(), resultQuotaBytes: 90 });
      for (const one of changes) {
        expect(outcome(memory, one)).toEqual(outcome(file, one));
        expect(everything(memory)).toEqual(everything(file));
      }
      file.close();
    }),
    { numRuns: 150 },
  );
});

describe("the file", () => {
  test("an unknown version, or another program's file, is refused and left as it is", () => {
    const path = join(folder, "foreign.db");
    const foreign = new DatabaseSync(path);
    foreign.exec("CREATE TABLE other (x)");
    foreign.close();
    expect(() => openSqliteStore({ path, ids })).toThrow(expect.objectContaining({ code: "device.journalVersion" }));
    const later = join(folder, "later.db");
    const made = openSqliteStore({ path: later, ids });
    made.close();
    const db = new DatabaseSync(later);
    db.exec("PRAGMA user_version = 99");
    db.close();
    expect(() => openSqliteStore({ path: later, ids })).toThrow(
      expect.objectContaining({ code: "device.journalVersion" }),
    );
  });

  const withoutLocal = `
    DROP TABLE result; DROP TABLE result_chunk;
    ALTER TABLE head DROP COLUMN local_by; ALTER TABLE head DROP COLUMN local_since; PRAGMA user_version = 2;
  `;

  test("one that was written before there was local control keeps all it says, also its latch", () => {
    const path = join(folder, "before-local.db");
    const store = openSqliteStore({ path, ids });
    store.write({ record: started(1, 1), fence: 6, stop: { stopId: 4, active: true } });
    const before = store.head;
    store.close();
    const db = new DatabaseSync(path);
    db.exec(withoutLocal);
    db.close();
    const upgraded = openSqliteStore({ path, ids });
    expect(upgraded.head).toEqual({ ...before, local: null });
    expect(upgraded.find(idOf(1))?.state).toBe("started");
    upgraded.write({ local: { by: "Ada", since: 7 }, record: succeeded(1), result: resultOf(1) });
    upgraded.close();
    const again = openSqliteStore({ path, ids });
    expect(again.head).toMatchObject({ local: { by: "Ada", since: 7 }, stopId: 4 });
    expect(again.resultChunk(resultOf(1).sha256, 0)?.bytes).toEqual(resultOf(1).bytes);
    again.close();
  });

  test("D9, section 13: a large result is cut into chunks of 128 KiB, and stays until it is acked", () => {
    const path = join(folder, "results.db");
    const bytes = new Uint8Array(300 * 1024).map((_, index) => index % 251);
    const result = { commandId: idOf(1), sha256: sha256(bytes), bytes };
    const store = openSqliteStore({ path, ids, resultQuotaBytes: 400 * 1024 });
    store.write({ record: succeeded(1), result });
    expect(() => store.write({ record: succeeded(2), result: { ...result, commandId: idOf(2) } })).toThrow(
      expect.objectContaining({ code: "device.resultQuota" }),
    );
    expect(store.find(idOf(2))).toBeNull();
    store.close();
    const next = openSqliteStore({ path, ids, resultQuotaBytes: 400 * 1024 });
    const chunks = [0, 1, 2].map((idx) => next.resultChunk(result.sha256, idx)!);
    expect(chunks.map((chunk) => [chunk.n, chunk.bytes.length])).toEqual([
      [3, 131_072],
      [3, 131_072],
      [3, 45_056],
    ]);
    expect(Buffer.concat(chunks.map((chunk) => chunk.bytes))).toEqual(Buffer.from(bytes));
    expect(next.resultChunk(result.sha256, 3)).toBeNull();
    next.write({ ackedIds: [idOf(1)] });
    const other = new Uint8Array(200 * 1024);
    next.write({ record: succeeded(2), result: { commandId: idOf(2), sha256: sha256(other), bytes: other } });
    expect(next.resultChunk(result.sha256, 0)).toBeNull();
    expect(next.resultChunk(sha256(other), 1)?.bytes.length).toBe(200 * 1024 - 131_072);
    next.close();
  });

  test("D10: what does not fit is refused as on a full disk, changes nothing, and the journal goes on", () => {
    const path = join(folder, "small.db");
    const store = openSqliteStore({ path, ids, maxBytes: 200 * 1024 });
    const big = (n: number) => ({ ...succeeded(n), evidence: { trace: "x".repeat(20_000) } });
    const written: number[] = [];
    const fill = () => {
      for (let n = 1; n <= 50; n++) {
        store.write({ record: big(n) });
        written.push(n);
      }
    };
    expect(fill).toThrow(expect.objectContaining({ errcode: 13 }));
    expect(store.find(idOf(written.length + 1))).toBeNull();
    expect(store.head.jseq).toBe(written.length);
    store.write({ ackedIds: written.map(idOf) });
    store.write({ prune: { keep: 0, before: 1_000 } });
    store.write({ record: big(49) });
    expect(store.find(idOf(49))?.state).toBe("succeeded");
    store.close();
  });

  test("one that was written before there was an E-STOP keeps all it says, and knows of none", () => {
    const path = join(folder, "before-estop.db");
    const store = openSqliteStore({ path, ids });
    store.write({ record: accepted(1), fence: 6 });
    const before = store.head;
    store.close();
    const db = new DatabaseSync(path);
    db.exec(`${withoutLocal} ALTER TABLE head DROP COLUMN stop_id; ALTER TABLE head DROP COLUMN latched`);
    db.exec("PRAGMA user_version = 1");
    db.close();
    const upgraded = openSqliteStore({ path, ids });
    expect(upgraded.head).toEqual({ ...before, stopId: 0, isLatched: false, local: null });
    expect(upgraded.find(idOf(1))?.state).toBe("accepted");
    upgraded.write({ stop: { stopId: 2, active: true } });
    upgraded.close();
    const again = openSqliteStore({ path, ids });
    expect(again.head).toMatchObject({ stopId: 2, isLatched: true });
    again.close();
  });

  test("a folder that is not there is told apart from a journal in use", () => {
    const path = join(folder, "nowhere", "device.db");
    expect(() => openSqliteStore({ path, ids })).toThrow(expect.objectContaining({ code: "device.journalUnreadable" }));
  });

  test("the journal is written ahead, so that a torn write cannot spoil it", () => {
    const path = join(folder, "pragma.db");
    openSqliteStore({ path, ids }).close();
    const db = new DatabaseSync(path, { readOnly: true });
    expect(db.prepare("PRAGMA journal_mode").get()).toEqual({ journal_mode: "wal" });
    db.close();
  });

  test("D13: another process holds the lock until it dies, and what it wrote is there after kill -9", async () => {
    const path = join(folder, "process.db");
    const child = spawn(process.execPath, [fileURLToPath(import.meta.resolve("../support/store-process.ts")), path], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const dead = new Promise((resolve) => child.once("exit", resolve));
    // The child says so once it has written, and then waits for ever.
    await new Promise((resolve) => child.stdout.once("data", resolve));
    expect(() => openSqliteStore({ path, ids })).toThrow(expect.objectContaining({ code: "device.journalInUse" }));
    child.kill("SIGKILL");
    await dead;
    const store = openSqliteStore({ path, ids });
    expect(store.find(idOf(1))?.state).toBe("accepted");
    expect(store.head).toMatchObject({ jseq: 1, fence: 6 });
    store.close();
  });
});

test("the latest instant of a journal is that of whatever was recorded last: accepted, started or settled", () => {
  const path = join(folder, `${files++}.db`);
  const write = (record: CommandRecord) => {
    const store = openSqliteStore({ path, ids });
    store.write({ record });
    store.close();
  };
  openSqliteStore({ path, ids }).close();
  expect(lastRecordedAt(path)).toBeNull();
  write(accepted(1, 1_000));
  expect(lastRecordedAt(path)).toBe(1_000);
  write({ ...started(2, 3, 900), startedAt: 2_000 });
  expect(lastRecordedAt(path)).toBe(2_000);
  write(succeeded(3, 3_000));
  expect(lastRecordedAt(path)).toBe(3_000);
  const held = openSqliteStore({ path, ids });
  expect(() => lastRecordedAt(path)).toThrow(expect.objectContaining({ code: "device.journalInUse" }));
  held.close();
  expect(lastRecordedAt(join(folder, `${files++}.db`))).toBeNull();
});
