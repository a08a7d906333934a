import { rmSync } from "node:fs";
import type { TestProject } from "vitest/node";
import { newFolder } from "./private-folder.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** A folder that all workers of one `vitest run` share. */
    readonly sharedFolder: string;
  }
}

/** Vitest's global set-up: makes the shared folder, and removes it when the last file is done. */
export default function setup({ provide }: TestProject): () => void {
  const folder = newFolder();
  provide("sharedFolder", folder);
  return () => rmSync(folder, { recursive: true, force: true });
}
