import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, watch, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { inject } from "vitest";
import { privateFolder } from "./private-folder.ts";
import { runVirtually, type VirtualRun } from "./virtual-run.ts";

/**
 * Returns what `runVirtually` returns, with a private copy of the data folder: the campaign itself is run once for all test
 * files that ask for it. Fails in each of them when it failed.
 */
export async function sharedRun(seed: number): Promise<VirtualRun> {
  const folder = join(inject("sharedFolder"), `seed-${seed}`);
  const told = join(folder, "told.json");
  if (isFirst(folder)) await tell(told, seed);
  else await untilThere(told);
  const run = JSON.parse(readFileSync(told, "utf8")) as VirtualRun | { readonly failed: string };
  if ("failed" in run) throw new Error(run.failed);
  const data = join(privateFolder(), "data");
  cpSync(run.data, data, { recursive: true });
  return { ...run, data };
}

/** Of all that come at once only one makes the folder. */
function isFirst(folder: string): boolean {
  try {
    mkdirSync(folder);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

async function tell(told: string, seed: number): Promise<void> {
  let text: string;
  try {
    const folder = join(dirname(told), "run");
    mkdirSync(folder);
    text = JSON.stringify(await runVirtually(seed, folder));
  } catch (error) {
    text = JSON.stringify({ failed: String(error) });
  }
  // Whoever waits finds the whole text or none.
  writeFileSync(`${told}.new`, text);
  renameSync(`${told}.new`, told);
}

/** Resolves once the file is there. */
function untilThere(file: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const look = () => {
      if (!existsSync(file)) return;
      watcher.close();
      resolve();
    };
    const watcher = watch(dirname(file), look).once("error", reject);
    // It may have come before anybody watched.
    look();
  });
}
