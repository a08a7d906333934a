import { readFileSync } from "node:fs";
import { createRealClock } from "@labloop/clock";

/** How often the launcher is looked for, ms. */
const lookEveryMs = 500;

/**
 * Calls `onGone` when the npm process that started this one is gone, so that killing npm leaves no orphan behind.
 *
 * npm starts a shell that starts us: the shell survives npm, so its own parent is watched too. Does nothing when npm did
 * not start this process, or on systems without /proc.
 */
export function followLauncher(onGone: () => void): () => void {
  const launcher = launcherNow();
  if (process.env["npm_lifecycle_event"] === undefined || launcher === null) return () => undefined;
  const clock = createRealClock();
  let cancel: () => void = () => undefined;
  const look = () => {
    if (launcherNow() !== launcher) onGone();
    else cancel = clock.at(clock.now() + lookEveryMs, look);
  };
  look();
  return () => cancel();
}

function launcherNow(): string | null {
  try {
    const stat = readFileSync(`/proc/${process.ppid}/stat`, "utf8");
    // The parent is the second field after the command's name, which may itself hold spaces and brackets.
    const grandparent = stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1];
    return `${process.ppid}/${grandparent ?? ""}`;
  } catch {
    return process.platform === "linux" ? "gone" : null;
  }
}
