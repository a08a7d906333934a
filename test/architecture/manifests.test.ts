import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { layers } from "./layers.ts";
import { workspaceFolders } from "./workspace-folders.ts";

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

const folders = workspaceFolders.filter((folder) => folder !== "test");

test("every package of the workspace has its place in the layers, and every layer a package", () => {
  expect(folders.toSorted()).toEqual(Object.keys(layers).toSorted());
});

test("the types of exactly those devices are checked with the project that belong to it: others are a user's own", () => {
  const { include } = JSON.parse(readFileSync(join(root, "tsconfig.json"), "utf8")) as { include: string[] };
  const devices = folders.filter((folder) => folder.startsWith("devices/"));
  expect(include.filter((glob) => glob.startsWith("devices/"))).toEqual(devices.map((folder) => `${folder}/**/*.ts`));
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

test("every command of the root installs what it needs by itself", () => {
  const { scripts = {} } = readManifest(".");
  // Parts of the check, and the formatter, are for those who have installed.
  const wanting = Object.entries(scripts).filter(([name]) => !/^(check:|format$)/.test(name));
  const bare = wanting.filter(([, line]) => !line.startsWith("(node packages/cli/bin/bootstrap.mjs) && "));
  expect(bare).toEqual([]);
});

test("the first command runs on the Node that it has just installed, also where npm runs no scripts beside it", () => {
  const folder = mkdtempSync(join(tmpdir(), "labloop-scripts-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  copyFileSync(join(root, "package.json"), join(folder, "package.json"));
  mkdirSync(join(folder, "packages", "cli", "bin"), { recursive: true });
  const install = `
    import { mkdirSync, writeFileSync } from "node:fs";
    mkdirSync("node_modules/.bin", { recursive: true });
    writeFileSync("node_modules/.bin/node", '#!/bin/sh\\necho installed "$@"\\n', { mode: 0o755 });`;
  writeFileSync(join(folder, "packages", "cli", "bin", "bootstrap.mjs"), install);
  const npm = ["run", "--silent", "--ignore-scripts", "labloop", "--", "check", "a b.yaml"];
  const said = execFileSync("npm", npm, { cwd: folder, encoding: "utf8" });
  expect(said).toBe("installed packages/cli/bin/labloop.mjs check a b.yaml\n");
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
