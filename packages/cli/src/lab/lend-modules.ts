import { createRequire, registerHooks } from "node:module";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { ownPackages } from "./own-packages.ts";

const root = fileURLToPath(new URL("../../../../", import.meta.url));

/** Where this installation's own packages lie, by name; read once, when a lab names a module that its folder has not. */
let packagesByName: ReadonlyMap<string, string> | null = null;

/**
 * Returns the path of a module of this installation, by its name, for a lab whose own folder does not have it; throws what
 * Node throws when there is none.
 */
export function resolveLent(name: string): string {
  return createRequire(lender(name)).resolve(name);
}

let isLending = false;

/**
 * Lets modules of a lab's folder, wherever that is, import what this installation brings: its packages, and what the driver
 * kit uses, such as zod. What the folder has itself comes first.
 */
export function lendModules(): void {
  if (isLending) return;
  isLending = true;
  registerHooks({
    resolve(specifier, context, next) {
      try {
        return next(specifier, context);
      } catch (error) {
        if (!isBare(specifier) || (error as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw error;
        const parentURL = pathToFileURL(lender(specifier)).href;
        try {
          return next(specifier, { ...context, parentURL });
        } catch {
          // The first error names the file that asked.
          throw error;
        }
      }
    },
  });
}

/** Returns whether a module is named by its package rather than by a path or an address. */
export function isBare(specifier: string): boolean {
  return !/^(\.{0,2}\/|\.{1,2}$|[a-z]+:|[A-Za-z]:\\|#)/.test(specifier);
}

/** The manifest that a name is resolved from: that of the package itself, or of the driver kit for what drivers need. */
function lender(specifier: string): string {
  packagesByName ??= ownPackages(root);
  const name = specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
  return packagesByName.get(name) ?? packagesByName.get("@labloop/driver") ?? join(root, "package.json");
}
