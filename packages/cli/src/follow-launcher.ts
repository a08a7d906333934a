import { readFileSync } from "node:fs";
import { createRealClock } from "@labloop/clock";
import { isThere } from "./is-there.ts";

/** How often the launcher is looked for, ms. */
const lookEveryMs = 500;

/**
 * Calls `onGone` when the process that started this one is gone, so that killing it leaves no orphan behind: npm, or
 * labloop itself where it runs its parts apart, which says so with LABLOOP_LAUNCHED.
 *
 * npm starts a shell that starts us: the shell survives npm, so on Linux its own parent is watched too. On macOS and
 * Windows only the process that started this one is. Does nothing when neither started it.
 */
export function followLauncher(onGone: () => void): () => void {
  const launcher = launcherNow();
  const { env } = process;
  const isLaunched = env["npm_lifecycle_event"] !== undefined || env["LABLOOP_LAUNCHED"] !== undefined;
  if (!isLaunched) return () => undefined;
  const clock = createRealClock();
  let cancel: () => void = () => undefined;
  const look = () => {
    if (launcherNow() !== launcher) onGone();
    else cancel = clock.at(clock.now() + lookEveryMs, look);
  };
  look();
  return () => cancel();
}

function launcherNow(): string {
  // A parent that has gone is replaced by the first process on macOS, and stays named on Windows.
  if (process.platform !== "linux") return isThere(process.ppid) ? String(process.ppid) : "gone";
  try {
    const stat = readFileSync(`/proc/${process.ppid}/stat`, "utf8");
    // The parent is the second field after the command's name, which may itself hold spaces and brackets.
    const grandparent = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1];
    return `${process.ppid}/${grandparent ?? ""}`;
  } catch {
    return "gone";
  }
}
