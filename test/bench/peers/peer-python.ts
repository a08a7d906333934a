import { existsSync } from "node:fs";
import { join } from "node:path";

/** The virtual environment of the peers; `npm run -s bench:peers` makes it. */
export const peerEnvironment = join(import.meta.dirname, ".venv");

/** Its interpreter, there or not. */
export const peerPython =
  process.platform === "win32"
    ? join(peerEnvironment, "Scripts", "python.exe")
    : join(peerEnvironment, "bin", "python");

/** Left by an installation that came to its end, beside the packages. */
export const installedMark = join(peerEnvironment, "installed");

/** Returns why the peers cannot run here, or null when they can. */
export function whyNoPeers(): string | null {
  return existsSync(installedMark) ? null : "no Python peers here: `npm run -s bench:peers` installs them";
}
