import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { LabError } from "@labloop/contracts";
import { pathsOf } from "../data-folder.ts";

/** Returns the data folder that is meant: the one named, else LABLOOP_DATA, else the one under `.labloop` written last. */
export function chosenFolder(
  named: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
  parent = ".labloop",
): string {
  const given = named ?? env["LABLOOP_DATA"];
  if (given !== undefined) return given;
  const folders = (existsSync(parent) ? readdirSync(parent) : [])
    .map((name) => join(parent, name))
    .map((folder) => ({ folder, writtenAt: writtenAt(pathsOf(folder).journal) }))
    .filter(({ writtenAt: at }) => at !== null)
    .toSorted((a, b) => (b.writtenAt ?? 0) - (a.writtenAt ?? 0));
  const [newest] = folders;
  if (newest !== undefined) return newest.folder;
  throw new LabError("usage.noData", `no data folder was named, and there is none under ${parent}`, {
    hint: "name it after the command, or in LABLOOP_DATA",
  });
}

function writtenAt(journal: string): number | null {
  // The newest facts may still be in the journal's log beside it.
  const times = [journal, `${journal}-wal`].filter((file) => existsSync(file)).map((file) => statSync(file).mtimeMs);
  return existsSync(journal) ? Math.max(...times) : null;
}
