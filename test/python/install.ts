// Makes a virtual environment with the Python libraries and simulators that tests talk to. Run: npm run -s install:python
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { installedMark, python, pythonEnvironment } from "../support/python-environment.ts";

const base = process.env["PYTHON"] ?? "python3";

function run(program: string, ...words: string[]): void {
  const { status, error } = spawnSync(program, words, { stdio: "inherit" });
  if (status === 0) return;
  console.error(`${[program, ...words].join(" ")}: ${error?.message ?? `exit code ${status}`}`);
  console.error("Python 3.11 or later with venv is needed; PYTHON names another interpreter.");
  process.exit(1);
}

run(base, "-m", "venv", pythonEnvironment);
const requirements = join(import.meta.dirname, "requirements.txt");
run(python, "-m", "pip", "install", "--disable-pip-version-check", "--quiet", "--requirement", requirements);
writeFileSync(installedMark, "");
