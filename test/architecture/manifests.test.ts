import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
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
