import { execFileSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { layers } from "./layers.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

interface Manifest {
  readonly name: string;
  readonly dependencies?: Record<string, string>;
  readonly optionalDependencies?: Record<string, string>;
  readonly scripts?: Record<string, string>;
}

function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8")) as Manifest;
}

const folders = ["packages", "devices"]
  .flatMap((group) => readdirSync(join(root, group)).map((name) => `${group}/${name}`))
  .concat("simulator");

test("every package of the workspace has its place in the layers, and every layer a package", () => {
  expect(folders.toSorted()).toEqual(Object.keys(layers).toSorted());
});

test.each(folders)("%s depends on nothing that its layer does not allow", (folder) => {
  const layer = layers[folder];
  const { dependencies, optionalDependencies } = readManifest(folder);
  const wanted = Object.keys({ ...dependencies, ...optionalDependencies });
  const allowed = new Set([
    ...(layer?.workspace ?? []).map((name) => `@labloop/${name}`),
    ...(layer?.outside ?? []),
    "zod",
  ]);
  expect(wanted.filter((name) => !allowed.has(name))).toEqual([]);
});

test("no package of ours runs a script when it is installed", () => {
  const hooks = ["preinstall", "install", "postinstall", "prepare"];
  const found = [".", ...folders, "test"].flatMap((folder) =>
    Object.keys(readManifest(folder).scripts ?? {}).filter((script) => hooks.includes(script)),
  );
  expect(found).toEqual([]);
});

test("every command of the root installs what it needs by itself, also where nothing is run before or after a script", () => {
  const { scripts = {} } = readManifest(".");
  // Parts of the check, and the formatter, are for those who have installed.
  const wanting = Object.entries(scripts).filter(([name]) => !/^(check:|format$)/.test(name));
  const bare = wanting.filter(([, line]) => !line.startsWith("node packages/cli/bin/bootstrap.mjs && "));
  expect(bare).toEqual([]);
  expect(Object.keys(scripts).filter((name) => /^(pre|post)/.test(name))).toEqual([]);
});

test("how everything is laid out is said by the project, and not left to a user's own settings of the installer", () => {
  const settings = readFileSync(join(root, "pnpm-workspace.yaml"), "utf8");
  expect(
    settings.match(/^(nodeLinker|modulesDir|enableModulesDir|symlink|optional|\w+Install|\w+Lockfile):/gm),
  ).toEqual([
    "nodeLinker:",
    "modulesDir:",
    "enableModulesDir:",
    "symlink:",
    "optional:",
    "recursiveInstall:",
    "sharedWorkspaceLockfile:",
  ]);
});

test("files keep their line ends where git rewrites those of others", () => {
  const folder = mkdtempSync(join(tmpdir(), "labloop-eol-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const git = (...args: string[]) => execFileSync("git", ["-C", folder, ...args], { stdio: "pipe" });
  git("init", "--quiet");
  git("config", "core.autocrlf", "true");
  copyFileSync(join(root, ".gitattributes"), join(folder, ".gitattributes"));
  writeFileSync(join(folder, "table.csv"), "a,b\n1,2\n");
  git("add", ".");
  rmSync(join(folder, "table.csv"));
  git("checkout", "--", "table.csv");
  expect(readFileSync(join(folder, "table.csv"), "utf8")).toBe("a,b\n1,2\n");
});
