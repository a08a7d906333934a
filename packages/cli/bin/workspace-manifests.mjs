import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Returns the manifests of the packages that pnpm-workspace.yaml in a folder names, as paths from there. What else lies beside
 * them is a user's own: what it depends on stands in no lockfile of ours, and it must not keep labloop from starting.
 *
 * @param {string} root
 * @returns {string[]}
 */
export function workspaceManifests(root) {
  const settings = readFileSync(join(root, "pnpm-workspace.yaml"), "utf8");
  const [, list = ""] = /^packages:\r?\n((?:[ #].*\r?\n)*)/m.exec(settings) ?? [];
  const folders = [...list.matchAll(/^ +- ([^\s*]+?)(\/\*)?\s*$/gm)].flatMap(([, folder = "", all]) => {
    if (all === undefined) return [folder];
    return existsSync(join(root, folder)) ? readdirSync(join(root, folder)).map((name) => join(folder, name)) : [];
  });
  return folders.map((folder) => join(folder, "package.json")).filter((path) => existsSync(join(root, path)));
}
