// Makes a virtual environment for the Python peers of the bench, and for them only, with the versions of requirements.txt.
// PyPI's torch carries CUDA on Linux, so it takes 5 GB there. Run: npm run -s bench:peers
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { installedMark, peerEnvironment, peerPython } from "./peer-python.ts";

const base = process.env["PYTHON"] ?? "python3";
const requirements = join(import.meta.dirname, "requirements.txt");

function run(program: string, ...words: string[]): void {
  const { status, error } = spawnSync(program, words, { stdio: "inherit" });
  if (status === 0) return;
  console.error(`${[program, ...words].join(" ")}: ${error?.message ?? `exit code ${status}`}`);
  console.error("The peers need Python 3.11 or later with venv; PYTHON names another interpreter.");
  process.exit(1);
}

run(base, "-m", "venv", peerEnvironment);
run(peerPython, "-m", "pip", "install", "--disable-pip-version-check", "--quiet", "--requirement", requirements);
run(
  peerPython,
  "-c",
  "import botorch, baybe, optuna, torch; print('torch', torch.__version__, 'botorch', botorch.__version__)",
);
writeFileSync(installedMark, "");
console.error(`installed; now for example:
  npm run -s labloop -- bench test/bench/pools/fullerenes/pool.yaml --seeds 4 --threads 1 \\
    --methods "labloop,sobol,peer:${peerPython} test/bench/peers/botorch-ax.py"`);
