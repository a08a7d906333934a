import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ValueSpecs } from "@labloop/contracts";
import { afterAll, expect, test } from "vitest";
import { valueText } from "../../src/doubt/doubt-lines.ts";
import { readResult } from "../../src/doubt/read-result.ts";
import { valueWords } from "../../src/doubt/value-words.ts";

const specs: ValueSpecs = {
  mass: { type: "quantity", unit: "g", minimum: 0, maximum: 50 },
  load: { type: "series", unit: "N" },
  cycles: { type: "integer" },
  note: { type: "string" },
  clean: { type: "boolean" },
};
const values = {
  mass: { value: 3.5, unit: "g" },
  load: { values: [1, 2.5], unit: "N" },
  cycles: 2,
  note: "a=b c",
  clean: true,
};
const folder = mkdtempSync(join(tmpdir(), "labloop-result-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = (text: string) => {
  const path = join(folder, "result.json");
  writeFileSync(path, text);
  return { resultJson: path };
};

test("a result is read from words, in one piece or in two, and from a file alike", () => {
  const words = ["mass=3.5 g", "load=1,2.5", "N", "cycles=2", "note=a=b", "c", "clean=true"];
  expect(readResult(specs, { result: words })).toEqual({ ok: true, value: values });
  expect(readResult(specs, file(JSON.stringify(values)))).toEqual({ ok: true, value: values });
  expect(readResult(specs, {})).toBeNull();
});

test("a number in the unit 1 is typed without a unit, and what to type says so", () => {
  const plain: ValueSpecs = { absorbance: { type: "quantity", unit: "1" }, count: { type: "integer" } };
  expect(readResult(plain, { result: ["absorbance=0.053", "count=10"] })).toEqual({
    ok: true,
    value: { absorbance: { value: 0.053, unit: "1" }, count: 10 },
  });
  expect(valueWords({ ...plain, ...specs })).toBe(
    '"absorbance=VALUE" "count=VALUE" "mass=VALUE UNIT" "load=VALUE UNIT" "cycles=VALUE" "note=VALUE" "clean=VALUE"',
  );
  expect([valueText({ value: 0.053, unit: "1" }), valueText({ value: 3.5, unit: "g" })]).toEqual(["0.053", "3.5 g"]);
});

test("everything that does not fit is told at once, and what is wanted with it", () => {
  const read = readResult(specs, { result: ["mass=51 g", "load=1 kN", "cycles=x", "clean=perhaps", "colour=red"] });
  if (read?.ok !== false) throw new Error("it was taken");
  expect(read.faults.map(({ path }) => path)).toEqual(["mass", "load", "cycles", "note", "clean", "colour"]);
  expect(read.faults.at(-1)?.hint).toContain("mass in g, from 0 to 50");
});

test.each([
  ["no pair", { result: ["3.5"] }, "name=value"],
  ["a number alone, without its unit", { result: ["mass=3"] }, "its unit must be g"],
  ["no number", { result: ["mass= g"] }, "mass"],
  ["a value that is given twice", { result: ["mass=3 g", "mass=4 g"] }, "mass is given twice"],
])("%s is refused", (_what, given, words) => {
  const read = readResult({ mass: specs["mass"] as ValueSpecs[string] }, given);
  expect(read).toMatchObject({ ok: false, faults: [{ message: expect.stringContaining(words) }] });
});

test("a file that is no result is refused, and so is a result given twice", () => {
  expect(readResult(specs, file("[1]"))).toMatchObject({ ok: false });
  expect(readResult(specs, file("{"))).toMatchObject({ ok: false });
  expect(readResult(specs, { resultJson: join(folder, "none") })).toMatchObject({ ok: false });
  expect(() => readResult(specs, { result: [], resultJson: "x" })).toThrow("not with both");
});
