import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { workspaceManifests } from "../../bin/workspace-manifests.mjs";

test("only what the workspace names is installed: a driver of a user's beside it, whatever it depends on, is not", () => {
  const root = mkdtempSync(join(tmpdir(), "labloop-workspace-"));
  onTestFinished(() => rmSync(root, { recursive: true }));
  for (const folder of ["packages/cli", "packages/driver", "devices/pump", "devices/mine", "test"]) {
    mkdirSync(join(root, folder), { recursive: true });
    writeFileSync(join(root, folder, "package.json"), "{}");
  }
  mkdirSync(join(root, "packages", "without-manifest"));
  const settings =
    "packages:\n  - packages/*\n  # one by one\n  - devices/pump\n  - test\n\nallowed:\n  - devices/mine\n";
  for (const text of [settings, settings.replaceAll("\n", "\r\n")]) {
    writeFileSync(join(root, "pnpm-workspace.yaml"), text);
    expect(workspaceManifests(root).map((path) => path.replaceAll("\\", "/"))).toEqual([
      "packages/cli/package.json",
      "packages/driver/package.json",
      "devices/pump/package.json",
      "test/package.json",
    ]);
  }
});
