import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { shellWord } from "../src/shell-word.ts";

const words = [
  "a/b.ts",
  "my lab/pump",
  "Grüße",
  "a'b",
  'a"b',
  "a\\b",
  "a b\\",
  "$HOME",
  "a`b",
  "a#b",
  "{x}",
  "*",
  "a;b",
  "",
];

test("a shell takes each word as it was, whatever stands in it, and what needs no quotes has none", () => {
  const { stdout } = spawnSync("sh", ["-c", `printf '%s\\n' ${words.map(shellWord).join(" ")}`], { encoding: "utf8" });
  expect(stdout.split("\n").slice(0, -1)).toEqual(words);
  expect([shellWord("lab/pump-1/driver.ts"), shellWord("my lab/x")]).toEqual(["lab/pump-1/driver.ts", '"my lab/x"']);
});
