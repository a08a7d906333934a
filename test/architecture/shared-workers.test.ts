import { globSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));

test("no module that test files of one worker share ends anything after the first of them, see vitest.config.ts", () => {
  const alone = globSync(["packages/*/test/**/*.ts", "devices/*/test/**/*.ts", "simulator/test/**/*.ts"], {
    cwd: root,
  });
  const withParts = globSync("test/*/**/*.ts", { cwd: root, exclude: ["test/bench/**", "**/node_modules/**"] });
  const modules = [...alone, ...withParts].filter(
    (file) => !file.endsWith(".test.ts") && !file.includes("node_modules") && file !== "test/support/end-file.ts",
  );
  expect(modules.length).toBeGreaterThan(100);
  const hook = /^(?:before|after)(?:All|Each)\(/m;
  expect(modules.filter((file) => hook.test(readFileSync(`${root}${file}`, "utf8")))).toEqual([]);
  const borrowed = /from "(?:\.\.\/){2,}test\/support\//;
  expect(alone.filter((file) => borrowed.test(readFileSync(`${root}${file}`, "utf8")))).toEqual([]);
});
