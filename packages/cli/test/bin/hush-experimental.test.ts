import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";

const module = new URL("../../bin/hush-experimental.mjs", import.meta.url).href;

test("a Node that calls what labloop stands on an experiment does not say so, and says everything else", () => {
  const script = `
    process.emitWarning("SQLite is an experimental feature and might change at any time", "ExperimentalWarning");
    process.emitWarning("Type Stripping is an experimental feature and might change at any time", "ExperimentalWarning");
    process.emitWarning("Something else is an experimental feature", "ExperimentalWarning");
    process.emitWarning(new Error("the bench is on fire"));
    process.emitWarning("old", "DeprecationWarning", "DEP0001");`;
  const { stderr } = spawnSync(process.execPath, ["--import", module, "--eval", script], { encoding: "utf8" });
  expect(stderr).not.toMatch(/SQLite|Type Stripping/);
  expect(stderr).toContain("ExperimentalWarning: Something else");
  expect(stderr).toContain("the bench is on fire");
  expect(stderr).toContain("[DEP0001] DeprecationWarning: old");
});
