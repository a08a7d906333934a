import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { faultSentence, japanese } from "../src/i18n/fault-sentences.ts";

const root = join(import.meta.dirname, "../../..");
/** What is told of a declaration before a lab runs; nobody sees it on a page. */
const notOnThePage = ["person.declaration", "person.noOperations"];

function codesIn(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !/(conformance|node_modules|test)[\\/]/.test(name))
    .flatMap((name) => [
      ...readFileSync(join(root, folder, name), "utf8").matchAll(/"((?:wire|device|driver|person)\.[a-z]\w*)"/gi),
    ])
    .map(([, code = ""]) => code);
}

test("every code of the driver kit, its hosts and people has a sentence in Japanese, and no other", () => {
  const folders = ["packages/driver/src", "packages/cli/src/drivers", "devices/person"];
  const known = new Set(folders.flatMap(codesIn));
  for (const code of notOnThePage) known.delete(code);
  expect(known.size).toBeGreaterThan(50);
  expect(Object.keys(japanese).toSorted()).toEqual([...known].toSorted());
});

test("a code of a driver's own, and a page in English, have the fault's own words alone", () => {
  expect(faultSentence("ja", "wire.timeout")).toBe("装置が時間内に応答しませんでした。");
  expect([faultSentence("en", "wire.timeout"), faultSentence("ja", "pump.dry")]).toEqual([null, null]);
  expect([faultSentence("ja", undefined), faultSentence("ja", "toString")]).toEqual([null, null]);
});
