import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, onTestFinished, test } from "vitest";
import { isInUse, openJournal } from "../src/index.ts";

test("a journal is in use while somebody writes it, and not because somebody else looks whether it is", () => {
  const folder = mkdtempSync(join(tmpdir(), "labloop-in-use-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, "journal.db");
  expect(isInUse(file)).toBe(false);
  const journal = openJournal({ file, cell: "main", holder: "test", leaseLifeMs: 10_000, monotonicNow: () => 0 });
  expect(isInUse(file)).toBe(true);
  journal.close();
  const looking = new DatabaseSync(`${file}.lock`, { readOnly: true });
  onTestFinished(() => looking.close());
  looking.exec("BEGIN; SELECT count(*) FROM sqlite_schema");
  expect(isInUse(file)).toBe(false);
});
