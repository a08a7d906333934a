import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { type Clock, LabError } from "@labloop/contracts";

/** What a driver that ended has said last, and is shown of it. */
const mostSaid = 2_000;
/** How often it is looked whether a killed group of processes has gone, and for how long, ms: where nobody buries the dead they stay. */
const lookEveryMs = 5;
const lookForMs = 2_000;

/** A driver that the suite starts itself, as often as it kills it. */
export interface StartedDriver {
  start(): Promise<void>;
  /** Kills it and everything that its command has started, at once and without a goodbye. */
  killNow(): void;
  /** As `killNow`, and resolves when nothing of it is left. */
  kill(): Promise<void>;
  /** Memory of all its processes, in bytes; null where the system does not tell. */
  residentBytes(): number | null;
  /** Why it is not running, in its own words; null while it runs. */
  ended(): string | null;
}

/** Returns the driver of a command, not started yet; it has a process group of its own, so that all of it can be killed. */
export function createStartedDriver(
  command: string,
  environment: Readonly<Record<string, string>>,
  clock: Clock,
): StartedDriver {
  let child: ChildProcess | null = null;
  let said = "";
  let why: string | null = "it was not started";
  let gone: Promise<void> = Promise.resolve();

  const killNow = () => {
    const pid = child?.pid;
    if (pid === undefined) return;
    try {
      if (process.platform === "win32") execFileSync("taskkill", ["/pid", `${pid}`, "/T", "/F"], { stdio: "ignore" });
      else process.kill(-pid, "SIGKILL");
    } catch {
      // It has ended by itself.
    }
  };

  /** A shell may go before the processes that it has started. */
  const groupGone = (pid: number) =>
    new Promise<void>((resolve) => {
      const until = clock.now() + lookForMs;
      const look = () => {
        if (process.platform === "win32" || !isThere(-pid) || clock.now() >= until) resolve();
        else clock.at(clock.now() + lookEveryMs, look);
      };
      look();
    });

  return {
    start() {
      return new Promise((resolve, reject) => {
        said = "";
        why = null;
        const started = spawn(command, {
          shell: true,
          detached: process.platform !== "win32",
          stdio: ["ignore", "ignore", "pipe"],
          env: { ...process.env, ...environment },
        });
        child = started;
        started.stderr.setEncoding("utf8").on("data", (text: string) => {
          said = (said + text).slice(-mostSaid);
        });
        started.once("spawn", resolve);
        started.once("error", reject);
        gone = new Promise((left) => {
          started.once("close", (code, signal) => {
            if (child === started) why = `it ended with ${signal ?? code}${said === "" ? "" : `: ${said.trim()}`}`;
            left();
          });
        });
      });
    },
    killNow,
    async kill() {
      const pid = child?.pid;
      killNow();
      if (pid !== undefined) await groupGone(pid);
      await gone;
      child = null;
    },
    residentBytes() {
      const pid = child?.pid;
      if (pid === undefined || process.platform === "win32") return null;
      try {
        const listed = execFileSync("ps", ["-A", "-o", "pgid=,rss="], { encoding: "utf8" });
        const own = listed.split("\n").map((line) => line.trim().split(/\s+/));
        return own.reduce((sum, [group, kib]) => sum + (Number(group) === pid ? Number(kib) * 1_024 : 0), 0);
      } catch (error) {
        throw new LabError("conformance.noMemory", "ps does not tell how much memory the driver takes", {
          cause: error,
        });
      }
    },
    ended: () => why,
  };
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
