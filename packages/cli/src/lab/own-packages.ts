import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { workspaceManifests } from "../../bin/workspace-manifests.mjs";

const Manifest = z.object({ name: z.string() });

/**
 * Returns the manifests of the packages that an installation in a folder brings, by name: those of its workspace, and what a user has
 * put among the devices, which may be named but takes the place of nothing that is brought, such as a copy of a driver under its old name.
 *
 * What a user has put there without a name, as a driver is whose manifest says only that it is a module, or with a manifest that
 * cannot be read, can be asked for by nobody and is passed over: it must not take the modules of every other lab away.
 */
export function ownPackages(root: string): ReadonlyMap<string, string> {
  const devices = join(root, "devices");
  const beside = existsSync(devices) ? readdirSync(devices).map((name) => join("devices", name, "package.json")) : [];
  // Of two with one name the later one counts.
  const named = [...beside, ...workspaceManifests(root)].flatMap((manifest): [string, string][] => {
    const path = join(root, manifest);
    const name = existsSync(path) ? nameIn(path) : null;
    return name === null ? [] : [[name, path]];
  });
  return new Map(named);
}

function nameIn(path: string): string | null {
  try {
    return Manifest.parse(JSON.parse(readFileSync(path, "utf8"))).name;
  } catch {
    return null;
  }
}
