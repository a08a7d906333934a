import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { type DataFolder, pathsOf } from "../data-folder.ts";

/** Returns the data folders beside this one that a campaign was begun in, by name. */
export function neighboursOf(folder: DataFolder): DataFolder[] {
  return foldersUnder(dirname(folder.path)).filter(({ path }) => path !== folder.path);
}

/** Returns the data folders right under a folder that a campaign was begun in, by name. */
export function foldersUnder(parent: string): DataFolder[] {
  return readdirSync(parent, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => pathsOf(join(parent, name)))
    .filter(({ journal }) => existsSync(journal))
    .toSorted((a, b) => (a.path < b.path ? -1 : 1));
}
