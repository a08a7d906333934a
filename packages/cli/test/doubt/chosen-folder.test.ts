import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { chosenFolder } from "../../src/doubt/chosen-folder.ts";

const parent = mkdtempSync(join(tmpdir(), "labloop-folders-"));

beforeAll(() => {
  for (const [name, at] of [
    ["demo-1", 2_000],
    ["demo-2", 3_000],
    ["demo-3", 1_000],
  ] as const) {
    mkdirSync(join(parent, name));
    writeFileSync(join(parent, name, "journal.db"), "");
    utimesSync(join(parent, name, "journal.db"), at, at);
  }
  mkdirSync(join(parent, "empty"));
});

afterAll(() => rmSync(parent, { recursive: true, force: true }));

test("the folder that is named is meant, then LABLOOP_DATA, then the one whose journal was written last", () => {
  expect(chosenFolder("a", { LABLOOP_DATA: "b" }, parent)).toBe("a");
  expect(chosenFolder(undefined, { LABLOOP_DATA: "b" }, parent)).toBe("b");
  expect(chosenFolder(undefined, {}, parent)).toBe(join(parent, "demo-2"));
});

test("without any folder it says how to name one", () => {
  expect(() => chosenFolder(undefined, {}, join(parent, "empty"))).toThrow(
    expect.objectContaining({ code: "usage.noData" }),
  );
});
