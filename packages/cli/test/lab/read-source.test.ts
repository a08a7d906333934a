import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { readSource } from "../../src/lab/read-source.ts";

const scratch = mkdtempSync(join(tmpdir(), "labloop-source-"));
afterAll(() => rmSync(scratch, { recursive: true }));

const text = "T (°C),y\n1,2\n";
const read = (bytes: Buffer) => {
  const path = join(scratch, "t.csv");
  writeFileSync(path, bytes);
  return readSource(path);
};

test.each([
  ["Latin-1", Buffer.from(text, "latin1"), "this file is not UTF-8"],
  ["UTF-16", Buffer.from(`\ufeff${text}`, "utf16le"), "as UTF-16 does"],
  ["UTF-16 without a mark", Buffer.from("a,y\n1,2\n", "utf16le"), "as UTF-16 does"],
  ["a workbook", Buffer.from("PK\u0003\u0004\u0014\u0000", "latin1"), "a workbook"],
])("%s is named for what it is, with how to save it", (_, bytes, message) => {
  const source = read(bytes);
  if (source.ok) throw new Error(source.value.text);
  const [fault] = source.faults;
  expect([fault?.code, fault?.message, fault?.hint]).toEqual([
    "file.notText",
    expect.stringContaining(message),
    expect.stringContaining("save it as UTF-8"),
  ]);
});

test("UTF-8 is read as it stands, with its mark", () => {
  for (const whole of [text, `\ufeff${text}`, "\ufffd"]) {
    expect(read(Buffer.from(whole))).toMatchObject({ ok: true, value: { text: whole } });
  }
});

test("a folder is told from a file", () => {
  const source = readSource(scratch);
  expect(source.ok ? [] : source.faults).toMatchObject([
    { code: "file.notReadable", message: "this is a folder, and no file", hint: "name the file that stands in it" },
  ]);
});
