import { DatabaseSync } from "node:sqlite";
import type { RecordedEvent } from "@labloop/contracts";
import { expect, test } from "vitest";
import { openJournal, readJournal } from "../src/index.ts";
import { at, codeOf, heard, intended, journalFile, observed, open, sent, succeeded, terms, write } from "./builders.ts";

/** More events than are read at once, twice over. */
const history = Array.from({ length: 130 }, (_, n) => [
  intended(n + 1),
  sent(n + 1),
  succeeded(n + 1),
  observed(n + 1),
]);

test("I7: the reading that verifies a journal hands out its whole history, once and in order, before it is open", () => {
  const file = journalFile();
  write(file, ...history);
  const given: RecordedEvent[] = [];
  const journal = openJournal({ ...terms, file, onHistory: (record) => given.push(record) });
  expect(given).toHaveLength(520);
  expect(given).toEqual([...journal.read()]);
  journal.append([heard("balance")], at);
  expect(given).toHaveLength(520);
  journal.close();
});

test("I7: whoever is given the history gets no event that was altered, and the journal does not open", () => {
  const file = journalFile();
  write(file, ...history);
  const database = new DatabaseSync(file);
  database.exec("UPDATE events SET wall_at = wall_at + 1 WHERE seq = 300");
  database.close();
  const given: number[] = [];
  expect(codeOf(() => openJournal({ ...terms, file, onHistory: ({ seq }) => given.push(seq) }))).toBe(
    "journal.altered",
  );
  expect(given.at(-1)).toBe(299);
});

test("a new journal, or one in memory, has no history to hand out", () => {
  const given: RecordedEvent[] = [];
  const onHistory = (record: RecordedEvent) => given.push(record);
  openJournal({ ...terms, file: journalFile(), onHistory }).close();
  openJournal({ ...terms, memory: true, onHistory }).close();
  expect(given).toEqual([]);
});

test("the last row, and the rows of some types, are found without reading the others", () => {
  const file = journalFile();
  const journal = open({ file });
  const reader = readJournal(file);
  expect(reader.lastStored()).toBeUndefined();
  for (const batch of history) journal.append(batch, at);
  const rows = [...reader.stored()];
  expect(reader.lastStored()).toEqual(rows.at(-1));
  expect(reader.storedOf(["step.sent", "observation.made"])).toEqual(
    rows.filter(({ type }) => type === "step.sent" || type === "observation.made"),
  );
  reader.close();
});
