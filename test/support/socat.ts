import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Two pseudo terminals joined back to back: what one side writes, the other reads, as over a serial cable. */
export interface SerialPair {
  /** Paths of the two ends. */
  readonly ends: readonly [string, string];
  /** Pulls the cable: both ends are gone. */
  unplug(): Promise<void>;
}

/** Why tests on serial lines cannot run here, or null when they can; in CI a missing socat is an error. */
export function whyNoSocat(): string | null {
  if (spawnSync("socat", ["-V"], { stdio: "ignore" }).status === 0) return null;
  const why = "no serial lines here: on Debian, `apt-get install socat`";
  if (process.env["CI"] !== undefined) throw new Error(`${why} (CI has to have it)`);
  return why;
}

/** Makes a serial pair and resolves when both ends are there. */
export async function openSerialPair(): Promise<SerialPair> {
  const folder = mkdtempSync(join(tmpdir(), "labloop-serial-"));
  const ends = [join(folder, "a"), join(folder, "b")] as const;
  // -d -d says "starting data transfer loop" once both ends are there.
  const child = spawn("socat", ["-d", "-d", ...ends.map((link) => `pty,raw,echo=0,link=${link}`)], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  const ended = once(child, "exit");
  const failed = ended.then(() => Promise.reject(new Error("socat has ended before its lines were there")));
  failed.catch(() => {});
  let told = "";
  const ready = new Promise<void>((resolve) => {
    child.stderr.on("data", (chunk: Buffer) => {
      told += chunk.toString();
      if (told.includes("data transfer loop")) resolve();
    });
  });
  await Promise.race([ready, failed]);
  return {
    ends,
    async unplug() {
      child.kill("SIGKILL");
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
