import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { afterFile } from "../../support/after-file.ts";
import { python } from "../../support/python-environment.ts";

/** Where Python finds the kit. */
export const kit = join(import.meta.dirname, "../../../devices/python/src");
const running = new Set<ChildProcess>();

afterFile(() => {
  for (const child of running) child.kill("SIGKILL");
});

/** A driver process in Python. */
export interface PythonDevice {
  /** Writes a line to its console, and resolves with its answer. */
  tell(line: string): Promise<string>;
  signal(name: NodeJS.Signals): void;
  /** Resolves with its exit code, or the signal that ended it, and with what it has said on stderr. */
  readonly ended: Promise<{ readonly code: number | NodeJS.Signals | null; readonly stderr: string }>;
  /** Kills it at once, and resolves when it is gone. */
  kill(): Promise<void>;
}

/** Starts `python -m labloop_driver …args`. */
export function startPythonDevice(args: readonly string[]): PythonDevice {
  const child = spawn(python, ["-m", "labloop_driver", ...args], {
    env: { PATH: process.env["PATH"] ?? "", PYTHONPATH: kit, PYTHONDONTWRITEBYTECODE: "1" },
    stdio: ["pipe", "pipe", "pipe"],
  });
  running.add(child);
  let stderr = "";
  let stdout = "";
  const takers: ((line: string) => void)[] = [];
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
    stderr += chunk;
  });
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    stdout += chunk;
    for (let end = stdout.indexOf("\n"); end >= 0; end = stdout.indexOf("\n")) {
      takers.shift()?.(stdout.slice(0, end));
      stdout = stdout.slice(end + 1);
    }
  });
  const ended = new Promise<Awaited<PythonDevice["ended"]>>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      running.delete(child);
      resolve({ code: signal ?? code, stderr });
    });
  });
  return {
    ended,
    tell(line) {
      const answer = new Promise<string>((resolve) => void takers.push(resolve));
      child.stdin.write(`${line}\n`);
      return answer;
    },
    signal: (name) => void child.kill(name),
    async kill() {
      child.kill("SIGKILL");
      await ended;
    },
  };
}
