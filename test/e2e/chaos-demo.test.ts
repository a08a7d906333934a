import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { jsonLines, labloop } from "../support/launch.ts";
import { privateFolder } from "../support/private-folder.ts";
import { processesNaming } from "../support/processes-naming.ts";

test("labloop chaos demo tells a lost engine, a lost driver and a doubt that a person settles; every act is counted once, and nothing is left", async () => {
  const folder = privateFolder();
  const { code, stdout, stderr } = await labloop(["chaos", "demo", "--json"], { env: { TMPDIR: folder } });
  expect(stderr).toBe("");
  expect(code).toBe(0);
  const told = jsonLines(stdout);
  const chapters = told.filter(({ type }) => type === "chaos.chapter").map(({ text }) => text);
  expect(chapters).toEqual([
    "The engine is killed while a printer prints",
    "The arm's driver is killed in the middle of a move",
    "Engine and driver are killed in the middle of a move, and the driver's journal is lost",
    "What the world has counted",
  ]);
  const texts = told.map(({ text }) => String(text)).join("\n");
  expect(texts).toMatch(/is in doubt: arm has lost its journal/);
  expect(texts).toMatch(/the arm was asked: unknown, not decisive/);
  expect(texts).toMatch(/labloop doubt resolve .* --as executed --by "demo operator"/);
  expect(texts).toMatch(/each was carried out once, none twice, none is missing/);
  expect(told.at(-1)).toEqual({ v: 1, type: "chaos.finished", isSound: true });
  expect(readdirSync(folder)).toEqual([]);
  expect(processesNaming(folder)).toEqual([]);
});
