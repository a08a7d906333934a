import { rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { openJournal, readJournal } from "../src/index.ts";
import { at, codeOf, heard, journalFile, open, terms, write } from "./builders.ts";

test("a second writer is refused until the first has closed", () => {
  const file = journalFile();
  const first = open({ file });
  expect(codeOf(() => openJournal({ ...terms, file, cell: "other" }))).toBe("journal.inUse");
  first.append([heard("balance")], at);
  first.close();
  first.close();
  expect(open({ file }).head().seq).toBe(1);
});

test("a second writer is refused under another name of the same file too", () => {
  const file = journalFile();
  open({ file });
  const link = join(dirname(file), "link.db");
  symlinkSync(file, link);
  expect(codeOf(() => openJournal({ ...terms, file: link }))).toBe("journal.inUse");
});

test("readers come and go while a writer writes, and see each batch whole", () => {
  const file = journalFile();
  const journal = open({ file });
  journal.append([heard("a")], at);
  const reader = readJournal(file);
  const events = reader.events()[Symbol.iterator]();
  expect(events.next().value).toMatchObject({ seq: 1 });
  journal.append([heard("b"), heard("c")], at);
  expect(reader.head()).toEqual(journal.head());
  expect([...reader.events(2)].map(({ seq }) => seq)).toEqual([2, 3]);
  expect(events.next().value).toMatchObject({ seq: 2 });
  expect(reader.verify()).toMatchObject({ ok: true, value: { events: 3 } });
  reader.close();
  reader.close();
  journal.append([heard("d")], at);
  journal.close();
  expect([...readJournal(file).events()].map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
});

test("a reader changes nothing", () => {
  const file = journalFile();
  write(file, [heard("a")]);
  const reader = readJournal(file);
  const head = reader.head();
  expect(reader.verify().ok).toBe(true);
  reader.close();
  const journal = open({ file });
  expect(journal.head()).toEqual(head);
  expect(journal.lease.epoch).toBe(2);
});

test("a journal in memory is a journal, on its own", () => {
  const first = open();
  const second = open();
  first.append([heard("a")], at);
  expect([first.head().seq, second.head().seq, second.lease.epoch]).toEqual([1, 0, 1]);
});

test("a closed journal says so, and holds no lease", () => {
  const journal = open({ file: journalFile() });
  journal.close();
  const uses = [() => journal.append([], at), () => journal.read(), () => journal.subscribe(1, () => {})];
  expect([...uses, () => journal.unsentCommands(), () => journal.lease.renew()].map(codeOf)).toEqual(
    Array(5).fill("journal.closed"),
  );
  expect(journal.lease.isHeld(0)).toBe(false);
});

test("there is nothing to read where no journal was written, and looking creates none", () => {
  const file = journalFile();
  expect(codeOf(() => readJournal(file))).toBe("journal.notFound");
  expect(codeOf(() => readJournal(file))).toBe("journal.notFound");
  writeFileSync(file, "");
  expect(codeOf(() => readJournal(file))).toBe("journal.notFound");
});

test("a place where no file can be is not writable", () => {
  const file = journalFile();
  expect(codeOf(() => openJournal({ ...terms, file: join(file, "deeper", "journal.db") }))).toBe("journal.notWritable");
  expect(codeOf(() => openJournal({ ...terms, file: dirname(file) }))).toBe("journal.notWritable");
  expect(codeOf(() => openJournal({ ...terms, file: "" }))).toBe("journal.notWritable");
});

test.each([
  ["another program's database", "CREATE TABLE notes (text); PRAGMA user_version = 1"],
  ["another program's database without a version", "CREATE TABLE notes (text)"],
  ["a journal of a later version", "PRAGMA application_id = 0x4c4c4a31; PRAGMA user_version = 2"],
])("%s is neither written nor read", (_, sql) => {
  const file = journalFile();
  const database = new DatabaseSync(file);
  database.exec(sql);
  database.close();
  expect(codeOf(() => openJournal({ ...terms, file }))).toBe("journal.unknownSchema");
  expect(codeOf(() => readJournal(file))).toBe("journal.unknownSchema");
  const again = new DatabaseSync(file);
  expect(again.prepare("SELECT count(*) AS n FROM sqlite_schema WHERE name = 'events'").get()).toEqual({ n: 0 });
  again.close();
});

test("a file that is no database at all is damaged", () => {
  const file = journalFile();
  writeFileSync(file, "Dear diary, ".repeat(100));
  expect(codeOf(() => openJournal({ ...terms, file }))).toBe("journal.damaged");
  expect(codeOf(() => readJournal(file))).toBe("journal.damaged");
});

test("a journal that is gone is not begun anew unless its lock file is removed as well", () => {
  const file = journalFile();
  write(file, [heard("a")]);
  rmSync(file);
  expect(codeOf(() => openJournal({ ...terms, file }))).toBe("journal.gap");
  rmSync(`${file}.lock`);
  expect(open({ file }).head().seq).toBe(0);
});
