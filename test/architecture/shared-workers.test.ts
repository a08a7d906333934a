import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));

test("no module that test files of one worker share ends anything after the first of them, see vitest.config.ts", () => {
  const shared = globSync(["packages/*/test/**/*.ts", "devices/*/test/**/*.ts", "simulator/test/**/*.ts"], {
    cwd: root,
  });
  const modules = shared.filter((file) => !file.endsWith(".test.ts") && !file.includes("node_modules"));
  expect(modules.length).toBeGreaterThan(40);
  const hook = /^(?:before|after)(?:All|Each)\(/m;
  expect(modules.filter((file) => hook.test(readFileSync(`${root}${file}`, "utf8")))).toEqual([]);
  const borrowed = /from "(?:\.\.\/){2,}test\/support\//;
  expect(shared.filter((file) => borrowed.test(readFileSync(`${root}${file}`, "utf8")))).toEqual([]);
});
