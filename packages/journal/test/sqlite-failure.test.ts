import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { sqliteFailure } from "../src/sqlite-failure.ts";

test("a journal that may not be opened, as on a disk that is read-only, is not called damaged", () => {
  let failure: unknown;
  try {
    new DatabaseSync("/nonexistent/journal.db", { readOnly: true });
  } catch (error) {
    failure = sqliteFailure(error, "journal.db", "reading");
  }
  expect(failure).toMatchObject({ code: "journal.notOpened", hint: expect.stringContaining("copy the folder") });
});
