import type { CheckResult, SuiteResult } from "@labloop/driver/conformance";
import { expect, test } from "vitest";
import { badgeOf } from "../../src/conformance/badge.ts";
import { junitOf } from "../../src/conformance/junit.ts";
import { conformanceLines } from "../../src/conformance/table.ts";

const check = (id: string, change: Partial<CheckResult>): CheckResult => ({
  id,
  group: "C3",
  promise: "A command that comes twice is carried out once, whether it is still running or over.",
  verdict: "passed",
  seed: 91,
  tookMs: 1_200,
  ...change,
});

const result: SuiteResult = {
  kind: "pump",
  driverVersion: "1.2.0",
  setting: "in process, virtual time",
  seed: 91,
  soak: 10_000,
  results: [
    check("C3.1", {}),
    check("C3.2", { verdict: "failed", detail: 'sent 5 times & the equipment acted <2> "times"', fix: "look it up" }),
    check("C3.5", {
      verdict: "not-run",
      detail: "nobody here can restart the driver: add --start, or --restart-command",
    }),
    check("C3.6", { verdict: "not-applicable", detail: "no operation can be paused" }),
  ],
  standing: { level: "none", next: { level: "bronze", needs: ["C3"] } },
  tookMs: 4_800,
  trace: null,
};

test("the table fits 80 columns, and each failure stands there with what was seen, the fix and how to see it again", () => {
  const lines = conformanceLines(result, "labloop conformance pump.ts");
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
  expect(lines).toContain("  C3  exactly one result             1/2    4.8 s  1 failed, 1 n/a, 1 not run");
  const text = lines.join("\n");
  for (const part of [
    "x C3.2",
    "acted <2>",
    "fix: look it up",
    "again: labloop conformance pump.ts --only C3.2 --seed 91",
  ]) {
    expect(text).toContain(part);
  }
  expect(text).toContain("level: none; bronze needs C3. 4.8 s");
});

test("JUnit counts failures and skips, and escapes what drivers say", () => {
  const xml = junitOf(result);
  expect(xml).toContain('<testsuites tests="4" failures="1" skipped="2" time="4.8">');
  expect(xml).toContain('<failure message="sent 5 times &amp; the equipment acted &lt;2&gt; &quot;times&quot;">');
  expect(xml).toContain('<skipped message="not-run: nobody here');
  expect(junitOf({ ...result, kind: "pump\u0000" })).not.toContain("\u0000");
});

test("the badge is an SVG that says the level, and where there was no soak, or a short one, that too", () => {
  const svg = badgeOf({ ...result, standing: { level: "gold", next: null } });
  expect(svg).toContain('aria-label="pump 1.2.0: gold"');
  expect(svg).toMatch(/^<svg .*\n<title>pump 1\.2\.0: gold<\/title>/);
  const [none, some] = [0, 100].map((soak) =>
    badgeOf({ ...result, soak, standing: { level: "silver", next: { level: "gold", needs: ["C10"] } } }),
  );
  expect(none).toContain(">silver, no soak</text>");
  expect(some).toContain('aria-label="pump 1.2.0: silver, soak of 100"');
});
