import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";

const Manifest = z.object({ name: z.string() });

/**
 * Returns the manifests of the packages that an installation in a folder brings, by name: those in `packages`, in `devices` and of the
 * simulator.
 *
 * What a user has put among them without a name, as a driver is whose manifest says only that it is a module, or with a manifest that
 * cannot be read, can be asked for by nobody and is passed over: it must not take the modules of every other lab away.
 */
export function ownPackages(root: string): ReadonlyMap<string, string> {
  const folders = ["packages", "devices"].flatMap((group) =>
    existsSync(join(root, group)) ? readdirSync(join(root, group)).map((name) => join(root, group, name)) : [],
  );
  const named = [...folders, join(root, "simulator")].flatMap((folder): [string, string][] => {
    const path = join(folder, "package.json");
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
