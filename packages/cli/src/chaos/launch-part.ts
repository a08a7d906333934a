import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { type Clock, LabError, sleep } from "@labloop/contracts";

const launcher = fileURLToPath(new URL("../../bin/labloop.mjs", import.meta.url));

/** How long anything may take that a part is waited for, ms of the link clock; chosen for a busy machine. */
const patienceMs = 60_000;

/** One line of a part's output with `--json`. */
export type PartLine = Readonly<Record<string, unknown>> & { readonly type?: string };

/** A labloop process of the demonstration. */
export interface Part {
  /** All that it has printed. */
  lines(): readonly PartLine[];
  /** Resolves with the first line, of all that it has printed and will print, that fits; rejects when none comes. */
  until(what: string, fits: (line: PartLine) => boolean): Promise<PartLine>;
  /** Ends it by SIGKILL, and resolves when it is gone. */
  kill(): Promise<void>;
  readonly ended: Promise<number | null>;
}

/** Starts `labloop …args --json` as a process of its own. */
export function launchPart(args: readonly string[], linkClock: Clock): Part {
  const child = spawn(process.execPath, [launcher, ...args, "--json"], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, LABLOOP_LAUNCHED: "chaos" },
  });
  const lines: PartLine[] = [];
  const watchers = new Set<() => void>();
  let said = "";
  let hasEnded = false;
  const look = () => {
    for (const watch of watchers) watch();
  };
  createInterface({ input: child.stdout }).on("line", (line) => {
    lines.push(JSON.parse(line) as PartLine);
    look();
  });
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
    said = (said + chunk).slice(-4_000);
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => {
      hasEnded = true;
      resolve(code);
      look();
    });
  });

  return {
    ended,
    lines: () => lines,
    async until(what, fits) {
      const given = new AbortController();
      const found = new Promise<PartLine>((resolve, reject) => {
        const watch = () => {
          const line = lines.find(fits);
          if (line !== undefined) resolve(line);
          else if (hasEnded)
            reject(new LabError("chaos.partEnded", `labloop ${args[0]} ended before ${what}:\n${said}`));
          else return;
          watchers.delete(watch);
        };
        watchers.add(watch);
        watch();
      });
      const late = sleep(linkClock, patienceMs, given.signal).then(() => {
        throw new LabError("chaos.notSeen", `${what} was not seen within ${patienceMs / 1_000} s:\n${said}`);
      });
      try {
        return await Promise.race([found, late]);
      } finally {
        given.abort();
        // The wait that was cut short rejects, and nobody waits for it any more.
        late.catch(() => undefined);
      }
    },
    async kill() {
      if (!hasEnded) child.kill("SIGKILL");
      await ended;
    },
  };
}
