import { existsSync } from "node:fs";
import { join } from "node:path";

/** The virtual environment of the Python parts of tests; `npm run -s install:python` makes it. */
export const pythonEnvironment =
  process.env["LABLOOP_PYTHON_ENV"] ?? join(import.meta.dirname, "..", "python", ".venv");

/** Its interpreter, there or not. */
export const python =
  process.platform === "win32"
    ? join(pythonEnvironment, "Scripts", "python.exe")
    : join(pythonEnvironment, "bin", "python");

/** Left by an installation that came to its end. */
export const installedMark = join(pythonEnvironment, "installed");

/** Why tests with Python parts cannot run here, or null when they can; in CI missing ones are an error. */
export function whyNoPython(): string | null {
  if (existsSync(installedMark)) return null;
  const why = "no Python libraries here: `npm run -s install:python` installs them";
  if (process.env["CI"] !== undefined) throw new Error(`${why} (CI has to have them)`);
  return why;
}
