import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { ownPackages } from "../../src/lab/own-packages.ts";

/** An installation whose workspace names some folders, and what writes a manifest into one. */
function installation(...named: string[]) {
  const root = mkdtempSync(join(tmpdir(), "labloop-own-"));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const list = named.map((folder) => `  - ${folder}\n`).join("");
  writeFileSync(join(root, "pnpm-workspace.yaml"), `packages:\n  # as it is\n${list}\nnodeVersion: 24.21.0\n`);
  const put = (folder: string, manifest: string | null) => {
    mkdirSync(join(root, folder), { recursive: true });
    if (manifest !== null) writeFileSync(join(root, folder, "package.json"), manifest);
    return join(root, folder, "package.json");
  };
  return { root, put };
}

test("a driver whose manifest has no name, or is broken, takes no package of the installation away", () => {
  const { root, put } = installation("packages/*");
  const kit = put("packages/driver", '{ "name": "@labloop/driver" }');
  const pump = put("devices/pump", '{ "name": "@our-lab/pump" }');
  put("devices/first", '{ "private": true, "type": "module" }');
  put("devices/half-written", '{ "name": "half');
  put("devices/notes", null);
  expect(Object.fromEntries(ownPackages(root))).toEqual({ "@labloop/driver": kit, "@our-lab/pump": pump });
});

test("a copy of a driver that kept its name is not loaded where the driver itself is named", () => {
  const { root, put } = installation("devices/pump");
  const pump = put("devices/pump", '{ "name": "@labloop/device-pump" }');
  put("devices/another-pump", '{ "name": "@labloop/device-pump" }');
  put("devices/pump-of-ours", '{ "name": "@labloop/device-pump" }');
  expect(Object.fromEntries(ownPackages(root))).toEqual({ "@labloop/device-pump": pump });
});
