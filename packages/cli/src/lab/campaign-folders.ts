import { existsSync, readdirSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { type DataFolder, pathsOf } from "../data-folder.ts";

/** Returns the data folders beside this one that a campaign was begun in, by name; not itself under another name. */
export function neighboursOf(folder: DataFolder): DataFolder[] {
  const own = ownName(folder.path);
  return foldersUnder(dirname(folder.path)).filter(({ path }) => ownName(path) !== own);
}

/** A folder may be called by a link, or where it does not matter in capitals that are not its own. */
function ownName(path: string): string {
  return existsSync(path) ? realpathSync.native(path) : path;
}

/** Returns the data folders right under a folder that a campaign was begun in, by name. */
export function foldersUnder(parent: string): DataFolder[] {
  return readdirSync(parent, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => pathsOf(join(parent, name)))
    .filter(({ journal }) => existsSync(journal))
    .toSorted((a, b) => (a.path < b.path ? -1 : 1));
}
