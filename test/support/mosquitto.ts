import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A real Mosquitto of this test's own, on loopback, with nothing kept on disk. */
export interface Mosquitto {
  readonly url: string;
  readonly port: number;
  signal(name: NodeJS.Signals): void;
  /** Kills it at once, as a power cut would. */
  kill(): Promise<void>;
  close(): Promise<void>;
}

const AGAIN_MS = 1_000;

const program = ["/usr/sbin/mosquitto", "/usr/local/sbin/mosquitto", "/opt/homebrew/sbin/mosquitto"].find(existsSync);

/** Why tests on Mosquitto cannot run here, or null when they can; in CI a missing one is an error. */
export function whyNoMosquitto(): string | null {
  if (program !== undefined) return null;
  const why = "no Mosquitto here: on Debian, `apt-get install mosquitto`";
  if (process.env["CI"] !== undefined) throw new Error(`${why} (CI has to have it)`);
  return why;
}

const open = (port: number) =>
  `listener ${port} 127.0.0.1\nallow_anonymous true\nset_tcp_nodelay true\npersistence false\nlog_dest none\n`;

/**
 * Starts Mosquitto on a free port, or on the given one, and resolves when it takes connections: open to everybody, or with
 * the configuration that `configure` returns.
 */
export async function openMosquitto(port?: number, configure = open): Promise<Mosquitto> {
  if (program === undefined) throw new Error("whyNoMosquitto was not asked");
  const folder = mkdtempSync(join(tmpdir(), "labloop-mosquitto-"));
  const listens = port ?? (await freePort());
  const config = join(folder, "mosquitto.conf");
  writeFileSync(config, configure(listens));
  const child = spawn(program, ["-c", config], { stdio: "ignore" });
  const ended = new Promise<void>((resolve) => {
    child.once("exit", () => resolve());
  });
  await untilListening(listens, () => child.exitCode !== null);
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    // One that has only just begun to listen sets a SIGTERM aside that reaches it before its loop does.
    const again = setInterval(() => child.kill(signal), AGAIN_MS);
    await ended;
    clearInterval(again);
    rmSync(folder, { recursive: true, force: true });
  };
  return {
    url: `mqtt://127.0.0.1:${listens}`,
    port: listens,
    signal: (name) => void child.kill(name),
    kill: () => end("SIGKILL"),
    close: () => end("SIGTERM"),
  };
}

/** Returns a port of loopback that nobody listens on now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}

async function untilListening(port: number, hasEnded: () => boolean): Promise<void> {
  while (!hasEnded()) {
    const isUp = await new Promise<boolean>((resolve) => {
      const socket = connect(port, "127.0.0.1");
      socket.once("connect", () => {
        socket.destroy();
        resolve(true);
      });
      socket.once("error", () => resolve(false));
    });
    if (isUp) return;
  }
  throw new Error(`Mosquitto ended before it listened on port ${port}`);
}

/** Returns the configuration that `labloop secure` wrote, on loopback and on another port, with these lines added. */
export function securedConfiguration(file: string, more = "") {
  const text = readFileSync(file, "utf8");
  // Started by root, Mosquitto would become another user, who may not read the keys.
  const runsAs = process.getuid?.() === 0 ? "user root\n" : "";
  return (port: number) =>
    `${runsAs}log_dest none\n${text.replace(/^listener \d+/m, `listener ${port} 127.0.0.1`)}${more}`;
}
