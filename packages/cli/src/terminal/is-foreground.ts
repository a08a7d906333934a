import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";

/**
 * Returns whether this process may set its terminal now: one in the background is stopped for it (SIGTTOU), with all that it
 * runs. False where nobody says.
 */
export function isForeground(): boolean {
  const [group, foreground] = existsSync("/proc/self/stat") ? ofLinux() : ofOthers();
  return group !== undefined && group === foreground;
}

/** proc_pid_stat(5): after the name come state, parent, group, session, terminal and the terminal's foreground group. */
function ofLinux(): (string | undefined)[] {
  const stat = readFileSync("/proc/self/stat", "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return [fields[2], fields[5]];
}

function ofOthers(): (string | undefined)[] {
  const { stdout } = spawnSync("ps", ["-o", "pgid=", "-o", "tpgid=", "-p", String(process.pid)], { encoding: "utf8" });
  return (stdout ?? "").trim().split(/\s+/);
}
