import { expect, test } from "vitest";
import driver, { MarlinConfig } from "../driver.ts";

test("a lab file may leave everything to the defaults, and nothing unknown passes", () => {
  expect(MarlinConfig.parse({})).toEqual({ autoReportS: 10, answerTimeoutS: 10 });
  expect(MarlinConfig.safeParse({ autoReports: 5 }).success).toBe(false);
  expect(MarlinConfig.safeParse({ autoReportS: 61 }).success).toBe(false);
});

test("a print is non-repeatable, cannot be stopped midway, and takes an 8.3 name that G-code cannot misread", () => {
  const { print } = driver.operations;
  expect(print?.retryClass ?? "non-repeatable").toBe("non-repeatable");
  expect(print?.stop).toBeUndefined();
  const spec = print?.params["file"];
  const pattern = new RegExp(spec?.type === "string" ? (spec.pattern ?? "") : "");
  for (const file of ["CUBE.GCO", "c0000001.g", "MORETH~1.GCO", "A.GCD"]) expect(file).toMatch(pattern);
  for (const file of ["TOOLONG12.GCO", "A.TXT", "A B.GCO", "A.GCO\nM112", "A*1.GCO", ";.G", "/A.GCO", ""]) {
    expect(file).not.toMatch(pattern);
  }
});

test("a driver that has not met hardware says so", () => {
  expect(driver.provenance.metHardware).toBe(false);
});
