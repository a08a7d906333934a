import { LabError } from "@labloop/contracts";
import { expect, test } from "vitest";
import { fewOpenFiles } from "../src/few-open-files.ts";

test.each([
  ["Node's word", new Error("listen EMFILE: too many open files 127.0.0.1"), "run.fewOpenFiles"],
  [
    "SQLite's word",
    new LabError("journal.notWritable", "cannot be written: unable to open database file"),
    "journal.notWritable",
  ],
  [
    "the word of a cause",
    new LabError("gateway.failed", "cannot listen", { cause: new Error("EMFILE") }),
    "gateway.failed",
  ],
])("too few open files are told with how many there may be, and what mends it: %s", (_what, error, code) => {
  expect(fewOpenFiles(error, () => 64)).toMatchObject({
    code,
    message: error.message,
    hint: expect.stringMatching(/ 64 .*ulimit -Hn/),
  });
  expect(fewOpenFiles(error, () => 1_048_576)).toBeNull();
  expect(fewOpenFiles(error, () => null)).toBeNull();
});

test("another error is left alone", () => {
  expect(fewOpenFiles(new Error("EACCES: permission denied"), () => 64)).toBeNull();
});
