import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { ownPackages } from "../../src/lab/own-packages.ts";

test("a driver whose manifest has no name, or is broken, takes no package of the installation away", () => {
  const root = mkdtempSync(join(tmpdir(), "labloop-own-"));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const put = (folder: string, manifest: string | null) => {
    mkdirSync(join(root, folder), { recursive: true });
    if (manifest !== null) writeFileSync(join(root, folder, "package.json"), manifest);
    return join(root, folder, "package.json");
  };
  const kit = put("packages/driver", '{ "name": "@labloop/driver" }');
  const pump = put("devices/pump", '{ "name": "@our-lab/pump" }');
  put("devices/first", '{ "private": true, "type": "module" }');
  put("devices/half-written", '{ "name": "half');
  put("devices/notes", null);
  expect(Object.fromEntries(ownPackages(root))).toEqual({ "@labloop/driver": kit, "@our-lab/pump": pump });
});
