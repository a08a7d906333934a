import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterFile } from "./after-file.ts";
import { privateFolder } from "./private-folder.ts";

export const root = fileURLToPath(new URL("../../", import.meta.url));
export const demoCampaign = join(root, "protocols/crossed-barrel/campaign.yaml");
export const demoLab = join(root, "simulator/labs/demo/lab.yaml");

const pinnedNode = join(root, "node_modules/.bin/node");
const node = existsSync(pinnedNode) ? pinnedNode : process.execPath;
const launcher = join(root, "packages/cli/bin/labloop.mjs");

const running = new Set<ChildProcess>();

afterFile(() => {
  for (const child of running) child.kill("SIGKILL");
});

let compileCache: string | null = null;

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A labloop process. */
export interface Launched {
  readonly pid: number;
  /** Resolves with stdout as soon as `isEnough` says so of its whole lines; rejects when the process ends before. */
  until(isEnough: (lines: readonly string[]) => boolean): Promise<readonly string[]>;
  /** Resolves as soon as `isEnough` says so of stderr; rejects when the process ends before. */
  said(isEnough: (stderr: string) => boolean): Promise<void>;
  /** Sends a signal to the process, or to all of its group when it has one of its own. */
  signal(name: NodeJS.Signals): void;
  readonly ended: Promise<Ended>;
}

export interface LaunchOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** A module that is loaded first. */
  readonly preload?: string;
  readonly hasOwnGroup?: boolean;
}

/** Starts `labloop …args` in a process of its own, with nothing of this one's settings but the paths. */
export function launch(args: readonly string[], options: LaunchOptions = {}): Launched {
  compileCache ??= process.env["NODE_COMPILE_CACHE"] ?? privateFolder();
  const preload = options.preload === undefined ? [] : ["--import", options.preload];
  const { PATH = "", HOME = "" } = process.env;
  const child = spawn(node, [...preload, launcher, ...args], {
    cwd: options.cwd ?? root,
    env: { PATH, HOME, NODE_COMPILE_CACHE: compileCache, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
    detached: options.hasOwnGroup === true,
  });
  running.add(child);
  let stdout = "";
  let stderr = "";
  const watchers = new Set<() => void>();
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    stdout += chunk;
    for (const watch of watchers) watch();
  });
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
    stderr += chunk;
    for (const watch of watchers) watch();
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      running.delete(child);
      resolve({ code, signal, stdout, stderr });
    });
  });
  return {
    pid: child.pid ?? -1,
    ended,
    until: (isEnough) =>
      new Promise((resolve, reject) => {
        const watch = () => {
          const lines = stdout
            .slice(0, stdout.lastIndexOf("\n") + 1)
            .split("\n")
            .slice(0, -1);
          if (!isEnough(lines)) return;
          watchers.delete(watch);
          resolve(lines);
        };
        watchers.add(watch);
        watch();
        void ended.then(({ code, signal }) => {
          reject(new Error(`labloop ended (${signal ?? code}) before that:\n${stdout.slice(-2_000)}\n${stderr}`));
        }, reject);
      }),
    said: (isEnough) =>
      new Promise((resolve, reject) => {
        const watch = () => {
          if (!isEnough(stderr)) return;
          watchers.delete(watch);
          resolve();
        };
        watchers.add(watch);
        watch();
        void ended.then(() => reject(new Error(`labloop ended before it said that:\n${stderr}`)), reject);
      }),
    signal(name) {
      if (child.pid === undefined) return;
      process.kill(options.hasOwnGroup === true ? -child.pid : child.pid, name);
    },
  };
}

/** Runs `labloop …args` to its end. */
export function labloop(args: readonly string[], options?: LaunchOptions): Promise<Ended> {
  return launch(args, options).ended;
}

/** Returns the JSON objects of an output, one a line. */
export function jsonLines(stdout: string): Record<string, unknown>[] {
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
