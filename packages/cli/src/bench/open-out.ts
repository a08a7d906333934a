import { closeSync, existsSync, openSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { LabError } from "@labloop/contracts";
import { makeFolder } from "../make-folder.ts";

/**
 * Opens the folder that files of these names go to, made where it is not there, and returns what writes them. Throws
 * `bench.notWritable` at once where one could not be written, so that hours of campaigns are not lost to it, and `usage.badOut`
 * for a folder without a name.
 */
export function openOut<Name extends string>(
  folder: string,
  names: readonly Name[],
): (files: Readonly<Record<Name, string>>) => void {
  if (folder.trim() === "") {
    throw new LabError("usage.badOut", "--out names no folder", { hint: "write --out . for the one you are in" });
  }
  attempt(folder, () => makeFolder(folder));
  for (const file of names.map((name) => join(folder, name))) attempt(file, () => tryToWrite(file));
  return (files) => {
    for (const name of names) {
      const file = join(folder, name);
      attempt(file, () => writeFileSync(file, files[name]));
    }
  };
}

/** What stands in the file stays, and a file that was not there is not there afterwards. */
function tryToWrite(file: string): void {
  const wasThere = existsSync(file);
  closeSync(openSync(file, "a"));
  if (!wasThere) rmSync(file);
}

function attempt(path: string, act: () => void): void {
  try {
    act();
  } catch (error) {
    const hint = "choose another folder with --out";
    throw new LabError("bench.notWritable", `${path} cannot be written`, { cause: error, hint });
  }
}
