import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { readDriverNote } from "./driver-notes.ts";
import { isThere } from "../is-there.ts";

/**
 * Ends the process of a device's driver that an earlier run has left: it ends with its host by itself unless it hangs, and
 * then holds the device's journal for ever. Returns whether there was one.
 *
 * A process id may have been given to another since, so its command line has to name this very device. On Windows nothing
 * is ended: that cannot be looked up there without another program.
 */
export function endOrphan(folder: string, deviceId: string): boolean {
  const note = readDriverNote(folder, deviceId);
  if (note?.pid == null || note.hostPid === process.pid || isThere(note.hostPid)) return false;
  const command = commandOf(note.pid);
  if (command === null || !command.includes("device-process.ts") || !names(command, folder, deviceId)) return false;
  process.kill(note.pid, "SIGKILL");
  return true;
}

function names(command: string, folder: string, deviceId: string): boolean {
  const end = join(folder, deviceId);
  return command.trimEnd().endsWith(end) && basename(end) === deviceId;
}

function commandOf(pid: number): string | null {
  try {
    if (process.platform === "linux") return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
    if (process.platform === "win32") return null;
    return execFileSync("ps", ["-o", "command=", "-p", String(pid)], { encoding: "utf8" });
  } catch {
    return null;
  }
}
