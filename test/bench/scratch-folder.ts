import { mkdirSync, mkdtempSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../../", import.meta.url));

/** Returns a new empty folder beside the data of real campaigns: a system's own temporary folder may be in memory. */
export function scratchFolder(): string {
  const parent = join(root, ".labloop");
  mkdirSync(parent, { recursive: true });
  return mkdtempSync(join(parent, "bench-"));
}
