import { createRequire } from "node:module";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { onTestFinished, expect, test } from "vitest";
import { loadLab } from "../../src/lab/load-lab.ts";

/** A family of devices that do one thing each, which the declaration names; its result's unit is read from a file beside it. */
const family = `
import * as z from "${pathToFileURL(createRequire(import.meta.url).resolve("zod")).href}";

export default {
  family: "one-thing",
  declaration: z.strictObject({ kind: z.string(), operation: z.string(), unitFile: z.string() }),
  define({ document: { kind, operation, unitFile }, readBeside, faultAt }) {
    const unit = readBeside(unitFile);
    const faults = unit.ok ? [] : unit.faults.map((fault) => faultAt(["unitFile"], fault));
    if (operation === "explode") faults.push(faultAt(["operation"], { code: "one.unsafe", message: "not that" }));
    if (faults.length > 0) return { ok: false, faults };
    const result = { level: { type: "quantity", unit: unit.value.trim() } };
    const nothing = async () => ({});
    return {
      ok: true,
      value: {
        kind, driverVersion: "1.0.0", capability: "one", title: { en: kind, ja: kind }, link: "own",
        provenance: { manual: "none", metHardware: false },
        config: z.strictObject({}), connect: nothing, identify: () => ({ serial: null, firmware: null }),
        operations: { [operation]: {
          title: "x", version: "1", params: {}, result, retryClass: "retry-safe",
          duration: { typicalMs: 1, maxMs: 2 }, baseline: nothing, start: nothing, watch: nothing, probe: nothing,
        } },
      },
    };
  },
};
`;

const lab = (device: string) => `schemaVersion: 1
lab: own
title: { en: Own }
mode: real
owner: Ada
contact: ada@example.org
devices:
  tank: ${device}
`;

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "labloop-declared-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

async function load(device: string, files: Readonly<Record<string, string>>) {
  const folder = folderWith({ "family.mjs": family, "lab.yaml": lab(device), ...files });
  return loadLab(join(folder, "lab.yaml"));
}

async function faultsOf(device: string, files: Readonly<Record<string, string>>) {
  const loaded = await load(device, files);
  return loaded.ok
    ? []
    : loaded.faults.map(({ code, path, file, line, column }) => ({ code, path, file, line, column }));
}

const sound = "driver: ./family.mjs\nkind: tank\noperation: read\nunitFile: unit.txt\n";

test("a declaration becomes a device like any other, with what it names beside it", async () => {
  const loaded = await load("{ module: ./tank.yaml }", { "tank.yaml": sound, "unit.txt": "mL\n" });
  expect(loaded.ok && loaded.value.caps["tank"]).toMatchObject({
    kind: "tank",
    operations: { read: { result: { level: { type: "quantity", unit: "mL" } } } },
  });
});

test("every fault of a declaration is told at once, in its own file, with line and column", async () => {
  const wrong = sound.replace("operation: read", "operation: explode");
  expect(await faultsOf("{ module: ./tank.yaml }", { "tank.yaml": wrong })).toEqual([
    { code: "file.notReadable", path: "unitFile", file: expect.stringContaining("tank.yaml"), line: 4, column: 11 },
    { code: "one.unsafe", path: "operation", file: expect.stringContaining("tank.yaml"), line: 3, column: 12 },
  ]);
});

test("a declaration is held to its family's schema, and to nothing that only led there", async () => {
  const misspelt = `${sound}opration: read\n`;
  const files = { "tank.yaml": misspelt, "unit.txt": "mL" };
  expect(await faultsOf("{ module: ./tank.yaml }", files)).toMatchObject([{ code: "document.unknownKey", line: 5 }]);
});

test.each([
  ["a family without a declaration", "{ module: ./family.mjs }", {}, "lab.declarationMissing"],
  [
    "a declaration for what takes none",
    "{ module: ./tank.yaml }",
    { "tank.yaml": "driver: ./no.mjs\n", "no.mjs": "export default 3" },
    "lab.notAFamily",
  ],
  ["a declaration that is not there", "{ module: ./tank.yaml }", {}, "file.notReadable"],
  [
    "a transport that its driver does not use",
    "{ module: ./tank.yaml, transport: { tcp: 'a:1' } }",
    { "tank.yaml": sound, "unit.txt": "mL" },
    "lab.transportUnused",
  ],
  [
    "what a driver elsewhere announces, when it is none",
    "{ module: ./tank.caps.json }",
    { "tank.caps.json": "{}" },
    "document.missing",
  ],
])("%s is told", async (_what, device, files, code) => {
  expect((await faultsOf(device, files)).map((fault) => fault.code)).toContain(code);
});

test("what a driver elsewhere announces is what the lab can do, and no driver is run here", async () => {
  const announced = await load("{ module: ./tank.yaml }", { "tank.yaml": sound, "unit.txt": "mL" });
  const caps = announced.ok ? announced.value.caps["tank"] : undefined;
  const loaded = await load("{ module: ./tank.caps.json }", { "tank.caps.json": JSON.stringify(caps) });
  expect(loaded.ok && loaded.value.caps["tank"]).toEqual(caps);
  expect(loaded.ok && loaded.value.definitions).toEqual({});
});
