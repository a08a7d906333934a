import { readdirSync, readFileSync } from "node:fs";

/** Returns the command lines of running processes that name a text, from Linux's /proc; none on other systems. */
export function processesNaming(text: string): string[] {
  if (process.platform !== "linux") return [];
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(commandLineOf)
    .filter((line) => line.includes(text));
}

/** A process may end between listing and looking. */
function commandLineOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
  } catch {
    return "";
  }
}
