import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync, gzipSync } from "node:zlib";

const archive = fileURLToPath(new URL("archive/", import.meta.url));
/** The lab in which every archived campaign was run. */
export const lab = fileURLToPath(new URL("lab/", import.meta.url));

/** The campaigns of the archive, each named by the version that ran it and how it went. */
export const archived: readonly string[] = readdirSync(archive).toSorted();

/** Unpacks a campaign's data folder into an existing one and returns its path. */
export function unpack(name: string, parent: string): string {
  const data = join(parent, name);
  for (const file of filesBelow(join(archive, name))) {
    if (file === pinnedName) continue;
    const target = join(data, file.replace(/\.gz$/, ""));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, gunzipSync(readFileSync(join(archive, name, file))));
  }
  return data;
}

/** Returns every file below a folder, as paths from it. */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name).slice(join(folder, "/").length))
    .toSorted();
}

const pinnedName = "folded.json.gz";

/** Returns what the journal of a campaign folded to when it was archived. */
export function readPinned(name: string): unknown {
  return JSON.parse(gunzipSync(readFileSync(join(archive, name, pinnedName))).toString());
}

/** Writes down what the journal of a campaign folds to, for good. */
export function writePinned(name: string, folded: unknown): void {
  writeFileSync(join(archive, name, pinnedName), gzipSync(JSON.stringify(folded), { level: 9 }));
}
