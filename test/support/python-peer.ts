import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { onTestFinished } from "vitest";
import { python } from "./python-environment.ts";
import { root } from "./launch.ts";

/** Starts a script of `test/python` for the length of a test and returns the first line that it says, when it is ready. */
export async function startPeer(script: string, ...args: string[]): Promise<string> {
  const child = spawn(python, [join(root, "test/python", script), ...args], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(child, "exit").then(() => Promise.reject(new Error(`${script} ended before it was ready`)));
  ended.catch(() => {});
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await ended.catch(() => {});
  });
  const [line] = (await Promise.race([once(createInterface(child.stdout), "line"), ended])) as [string];
  return line;
}
