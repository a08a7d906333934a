import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";

const launcher = fileURLToPath(new URL("../bin/labloop.mjs", import.meta.url));

/** Has the command line check a module. */
function check(text: string, ...flags: string[]) {
  const folder = mkdtempSync(join(tmpdir(), "labloop-early-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  writeFileSync(join(folder, "driver.ts"), text);
  const args = [launcher, "check", join(folder, "driver.ts"), ...flags];
  return spawnSync(process.execPath, args, { encoding: "utf8", timeout: 60_000 });
}

test.each([0, 1, 5])(
  "a module that ends labloop's process, with code %i, is named with its line, and nothing is done",
  (code) => {
    const { status, stdout, stderr } = check(`export default {};\nprocess.exit(${code});\n`);
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toMatch(new RegExp(`driver\\.ts:2:9: .*with code ${code}, .*\\[run\\.endedEarly\\]\n.*\n$`));
  },
);

test("a module that awaits what never comes is told, also to a program, and nothing is done", () => {
  const { status, stdout, stderr } = check("await new Promise(() => {});\n", "--json");
  expect(status).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({ type: "error", code: "run.waitsForNothing" });
  expect(stderr).toMatch(/^nothing is left to wait for.*\n.*\n$/);
});

test("what is thrown and caught by nobody tells itself, and nothing is added", () => {
  const { status, stderr } = check('setTimeout(() => { throw new Error("later"); });\nawait new Promise(() => {});\n');
  expect(status).toBe(1);
  expect(stderr).toContain("Error: later");
  expect(stderr).not.toContain("[run.");
});
