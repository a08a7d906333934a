import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";

/** Runs `npm run test:fault -- --json` with these arguments in a process of its own, and returns what it prints. */
export function runFault(...args: string[]): Promise<unknown> {
  const program = fileURLToPath(new URL("./run.ts", import.meta.url));
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [program, "--json", ...args], { maxBuffer: 1e8 }, (error, stdout, stderr) => {
      if (stdout !== "") resolve(JSON.parse(stdout));
      else reject(new Error(stderr, { cause: error }));
    });
  });
}
