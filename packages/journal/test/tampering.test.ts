import { readFileSync, truncateSync, writeFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { canonicalJson } from "@labloop/contracts";
import { sha256 } from "@labloop/contracts/digest";
import fc from "fast-check";
import { expect, test } from "vitest";
import { genesisHash, recordHash, type StoredRecord } from "../src/chain.ts";
import { openJournal, readJournal, verifyChain } from "../src/index.ts";
import { heard, intended, journalFile, observed, sent, succeeded, terms, ulid, write } from "./builders.ts";

/** 13 events: 1 device.heard, then step.intended, step.sent, step.succeeded, observation.made for three steps. */
const history = [
  heard("balance"),
  ...[1, 2, 3].flatMap((n) => [intended(n), sent(n), succeeded(n, `marker-${n}`), observed(n)]),
];

/** What opening, reading and verifying say of a journal; all of them must refuse it with the same fault. */
function verdictOn(file: string): string {
  const reader = readJournal(file);
  const verdict = reader.verify();
  reader.close();
  if (verdict.ok) return "whole";
  const [fault] = verdict.faults;
  expect(() => openJournal({ ...terms, file })).toThrowError(
    expect.objectContaining({ code: fault?.code, message: `${file}: ${fault?.message}` }),
  );
  return `${fault?.code}: ${fault?.message}`;
}

function afterSql(sql: string): string {
  const file = journalFile();
  write(file, history);
  const database = new DatabaseSync(file, { enableForeignKeyConstraints: false });
  database.exec(sql);
  database.close();
  return verdictOn(file);
}

test("I7: a journal that nobody touched is whole, and verifying says where it ends", () => {
  const file = journalFile();
  write(file, history.slice(0, 5), history.slice(5));
  const reader = readJournal(file);
  expect(reader.verify()).toEqual({ ok: true, value: { events: 13, head: reader.head().hash } });
  reader.close();
});

const swap = (columns: string) => `
  CREATE TEMP TABLE kept AS SELECT * FROM events WHERE seq IN (8, 12);
  UPDATE events SET (${columns}) = (SELECT ${columns} FROM kept WHERE kept.seq = 20 - events.seq) WHERE seq IN (8, 12)`;

test.each([
  [
    "one byte of a body",
    `UPDATE events SET body = replace(body, 'marker-2', 'marker-3') WHERE seq = 8`,
    /altered: event 8 \(step\.succeeded\)/,
  ],
  [
    "white space in a body",
    `UPDATE events SET body = replace(body, ':', ': ') WHERE seq = 8`,
    /altered: event 8 \(step\.succeeded\)/,
  ],
  [
    "a body cut short",
    `UPDATE events SET body = substr(body, 1, 20) WHERE seq = 8`,
    /malformed: event 8 \(step\.succeeded\).*no JSON/,
  ],
  ["labAt", "UPDATE events SET lab_at = lab_at + 1 WHERE seq = 5", /altered: event 5 \(observation\.made\)/],
  ["labAt, to infinity", "UPDATE events SET lab_at = 9e999 WHERE seq = 5", /altered: event 5 \(observation\.made\)/],
  [
    "wallAt, by a quarter of a millisecond",
    "UPDATE events SET wall_at = wall_at + 0.25 WHERE seq = 5",
    /altered: event 5 /,
  ],
  ["an epoch", "UPDATE events SET epoch = 2 WHERE seq = 5", /altered: event 5 /],
  [
    "an epoch, beyond what a number holds",
    "UPDATE events SET epoch = 9223372036854775807 WHERE seq = 5",
    /damaged: no event can be read after 4 \(step\.succeeded\)/,
  ],
  [
    "a type",
    "UPDATE events SET type = 'step.failed' WHERE seq = 8",
    /altered: event 8 \(step\.failed\).*says step\.succeeded/,
  ],
  ["a hash", "UPDATE events SET hash = upper(hash) WHERE seq = 8", /altered: event 8 /],
  ["a previous hash", "UPDATE events SET prev_hash = upper(prev_hash) WHERE seq = 8", /altered: event 8 /],
  [
    "the first event, removed",
    "DELETE FROM events WHERE seq = 1",
    /gap: event 1 is missing: event 2 \(step\.intended\)/,
  ],
  ["an event, removed", "DELETE FROM events WHERE seq = 8", /gap: event 8 is missing: event 9 \(observation\.made\)/],
  [
    "an event, removed, the rest moved up",
    "DELETE FROM events WHERE seq = 8; UPDATE events SET seq = seq - 1 WHERE seq > 8",
    /altered: event 8 \(observation\.made\)/,
  ],
  [
    "the last event, removed",
    "DELETE FROM events WHERE seq = 13",
    /gap: event 13 is missing: the last one should be event 13/,
  ],
  ["all events, removed", "DELETE FROM events", /gap: event 1 is missing: the last one should be event 13/],
  ["two bodies, swapped", swap("body"), /altered: event 8 /],
  ["two events, swapped whole", swap("epoch, lab_at, wall_at, type, body, prev_hash, hash"), /altered: event 8 /],
  [
    "the head, moved back",
    "UPDATE meta SET (head_seq, head_hash) = (SELECT seq, hash FROM events WHERE seq = 12)",
    /altered: event 13 \(observation\.made\) stands after the head/,
  ],
  ["the head's hash", `UPDATE meta SET head_hash = '${genesisHash}'`, /altered: the head/],
  ["the genesis hash", "UPDATE meta SET genesis = head_hash", /altered: the genesis/],
  ["the epoch counter, moved back", "UPDATE meta SET epoch = 0", /altered: the epoch counter/],
  ["the head, removed", "DELETE FROM meta", /damaged: the journal's head is missing/],
  ["a command, removed", "DELETE FROM commands WHERE dseq = 2", /altered: the row of event 6 in table commands/],
  [
    "a command's number",
    "UPDATE commands SET dseq = 99 WHERE dseq = 2",
    /altered: the row of event 6 in table commands/,
  ],
  [
    "a command, no longer sent",
    "UPDATE commands SET sent_seq = NULL WHERE dseq = 2",
    /altered: the row of event 6 in table commands/,
  ],
  [
    "a command, added",
    "INSERT INTO commands VALUES ('x', 'x', 'balance', 9, 13, NULL)",
    /altered: the row of event 13 in table commands/,
  ],
  [
    "an observation, removed",
    "DELETE FROM observations WHERE seq = 9",
    /altered: the row of event 9 in table observations/,
  ],
])("I7: altered through SQL: %s", (_, sql, verdict) => {
  expect(afterSql(sql)).toMatch(verdict);
});

test("I7: a hash is the SHA-256 of the hash before and the record's canonical JSON", () => {
  const file = journalFile();
  write(file, [heard("balance"), heard("press")]);
  const reader = readJournal(file);
  const hashes = [...reader.events()].reduce(
    (before, { seq, epoch, labAt, wallAt, event }) => [
      ...before,
      sha256(before.at(-1) + canonicalJson({ seq, epoch, labAt, wallAt, event })),
    ],
    [sha256("labloop journal 1")],
  );
  expect([...reader.stored()].map(({ prevHash }) => prevHash)).toEqual(hashes.slice(0, 2));
  expect([...reader.stored()].map(({ hash }) => hash)).toEqual(hashes.slice(1));
  reader.close();
});

test("I7: an event rewritten with a fresh hash of its own is betrayed by the next", () => {
  const file = journalFile();
  write(file, history);
  const reader = readJournal(file);
  const rows = [...reader.stored()];
  reader.close();
  const forged = rows.map((row) => {
    if (row.seq !== 8) return row;
    const body = row.body.replace("marker-2", "marker-3");
    return { ...row, body, hash: recordHash(row.prevHash, { ...row, body }) };
  });
  expect(verifyChain(forged)).toMatchObject({
    faults: [{ code: "journal.altered", message: expect.stringMatching(/^event 9 \(observation\.made\)/) as string }],
  });
});

test("I7: an event that was hashed but fails the schema is malformed", () => {
  const file = journalFile();
  write(file, [heard("balance")]);
  const reader = readJournal(file);
  const [row] = [...reader.stored()];
  reader.close();
  const forged = { ...(row as StoredRecord), body: canonicalJson({ type: "device.heard", device: "No Such Name" }) };
  const hash = recordHash(genesisHash, forged);
  expect(verifyChain([{ ...forged, hash }])).toMatchObject({
    faults: [
      { code: "journal.malformed", message: expect.stringMatching(/event 1 \(device\.heard\).*at device/) as string },
    ],
  });
});

test("I7: records handed over in another order are named, and a head kept elsewhere shows what is missing", () => {
  const file = journalFile();
  write(file, history);
  const reader = readJournal(file);
  const rows = [...reader.stored()];
  const head = reader.head();
  reader.close();
  const [first, second, third] = rows as [StoredRecord, StoredRecord, StoredRecord];
  expect(verifyChain(rows, head).ok).toBe(true);
  expect(verifyChain([first, third, second])).toMatchObject({ faults: [{ code: "journal.gap" }] });
  expect(verifyChain([first, second, first])).toMatchObject({ faults: [{ code: "journal.altered" }] });
  expect(verifyChain(rows.slice(0, 12)).ok).toBe(true);
  expect(verifyChain(rows.slice(0, 12), head)).toMatchObject({ faults: [{ code: "journal.gap" }] });
});

test("I7: any one byte of any event's text, changed in the file itself, names that event", { timeout: 60_000 }, () => {
  const file = journalFile();
  write(file, history);
  const bytes = readFileSync(file);
  const bodies = history.map((event) => canonicalJson(event));
  fc.assert(
    fc.property(fc.nat(bodies.length - 1), fc.nat(), fc.integer({ min: 1, max: 255 }), (index, where, bits) => {
      const body = bodies[index] ?? "";
      const altered = Buffer.from(bytes);
      // SQLite leaves copies behind in pages that it has split; the byte is changed in all of them.
      for (let start = bytes.indexOf(body); start !== -1; start = bytes.indexOf(body, start + 1)) {
        const place = start + (where % body.length);
        altered[place] = (altered[place] ?? 0) ^ bits;
      }
      writeFileSync(file, altered);
      expect(verdictOn(file)).toContain(`: event ${index + 1} (${history[index]?.type})`);
    }),
    { numRuns: 60 },
  );
});

test("I7, E4: a damaged unique key, which would let an id be used twice, is found", () => {
  const file = journalFile();
  write(file, history);
  const bytes = readFileSync(file);
  const key = Buffer.from(`${ulid(2)}.1`);
  // The key stands in the command's row, in its index, and in texts of events; only the index has the row's number after it.
  const indexed = [...bytes.keys()].filter((i) =>
    bytes.subarray(i, i + key.length + 1).equals(Buffer.from([...key, 2])),
  );
  expect(indexed.length).toBeGreaterThan(0);
  for (const place of indexed) bytes[place] = (bytes[place] ?? 0) ^ 1;
  writeFileSync(file, bytes);
  expect(verdictOn(file)).toMatch(/^journal\.damaged: the keys of table commands are damaged/);
});

test("I7: reading stops at the altered event, after the whole ones", () => {
  const file = journalFile();
  write(file, history);
  const database = new DatabaseSync(file);
  database.exec("UPDATE events SET body = replace(body, 'marker-2', 'marker-3') WHERE seq = 8");
  database.close();
  const reader = readJournal(file);
  const seen: number[] = [];
  expect(() => {
    for (const { seq } of reader.events()) seen.push(seq);
  }).toThrowError(expect.objectContaining({ code: "journal.altered" }));
  expect(seen).toEqual([1, 2, 3, 4, 5, 6, 7]);
  reader.close();
});

test("I7: a file that was cut short is refused, and the first event that is lost is named", { timeout: 60_000 }, () => {
  const file = journalFile();
  write(
    file,
    Array.from({ length: 200 }, (_, n) => succeeded(n + 1, "x".repeat(200))),
  );
  const bytes = readFileSync(file);
  const readable: number[] = [];
  fc.assert(
    fc.property(fc.integer({ min: 8192, max: bytes.length - 1 }), (length) => {
      writeFileSync(file, bytes);
      truncateSync(file, length);
      const verdict = verdictOn(file);
      if (/^journal\.damaged: .*(cannot be read|no event can be read:)/.test(verdict)) return;
      const [, after, at] = /^journal\.\w+: (?:no event can be read after (\d+)|event (\d+) )/.exec(verdict) ?? [];
      const reader = readJournal(file);
      const seen: number[] = [];
      expect(() => {
        for (const { seq } of reader.events()) seen.push(seq);
      }).toThrowError(/journal|event/);
      reader.close();
      expect(seen.length, verdict).toBe(after === undefined ? Number(at) - 1 : Number(after));
      readable.push(seen.length);
    }),
    { numRuns: 30 },
  );
  expect(Math.max(...readable)).toBeGreaterThan(50);
});

test.each([0, 50, 1000, 4096])("a file cut down to %i bytes is never taken for a new journal", (length) => {
  const file = journalFile();
  write(file, history);
  truncateSync(file, length);
  expect(() => openJournal({ ...terms, file })).toThrowError(
    expect.objectContaining({ code: expect.stringMatching(/^journal\.(gap|damaged)$/) as string }),
  );
});
