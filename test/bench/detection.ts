// Measures how long an engine takes to notice that a driver is gone, on the embedded broker and on Mosquitto: from kill -9
// of the driver's process until the device is offline (by its last will), and from SIGSTOP, and from the moment at which its
// line carries nothing any more, until it is suspect and until it is offline. World, hosts and engine are processes of
// their own, as in a lab; five drivers, each at work, are hit at one moment. Run: node test/bench/detection.ts [rounds]
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, rmSync } from "node:fs";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { wallNow } from "@labloop/clock";
import { onEachBroker } from "./broker-kinds.ts";
import { tell } from "./figure.ts";
import { benchLog } from "./instant-run.ts";
import { percentile } from "./percentile.ts";
import { root, scratchFolder } from "./scratch-folder.ts";

const rounds = Number(process.argv[2] ?? 2);
const lab = join(root, "simulator/labs/demo/lab.yaml");
const campaign = join(root, "protocols/crossed-barrel/campaign.yaml");
/** They print in real time, three quarters of an hour; what comes after is not reached. */
const devices = ["printer-1", "printer-2", "printer-3", "printer-4", "printer-5"];
const others = "arm,balance,tester";
/** After so long something is wrong, also on a busy machine, ms. */
const patienceMs = 120_000;

/** What happens to a driver, and the contract's bounds for what the engine says of it then (section 10), ms. */
const blows = {
  kill: { what: "kill -9 of the driver", bounds: { offline: 10_000 } },
  stop: { what: "SIGSTOP of the driver", bounds: { suspect: 3_000, offline: 10_000 } },
  silence: { what: "a line that carries nothing", bounds: { suspect: 3_000, offline: 10_000 } },
} as const;
type Blow = keyof typeof blows;
type Notice = "suspect" | "offline";

interface Line {
  readonly at: number;
  readonly type?: string;
  readonly device?: string;
}

/** A labloop process and the lines that it prints, each with when it came. */
function open(...args: readonly string[]) {
  const child = spawn(process.execPath, ["packages/cli/bin/labloop.mjs", ...args, "--json"], {
    cwd: root,
    stdio: ["ignore", "pipe", "ignore"],
  });
  const lines: Line[] = [];
  const watchers = new Set<() => void>();
  createInterface({ input: child.stdout }).on("line", (line) => {
    lines.push({ ...(JSON.parse(line) as object), at: wallNow() });
    for (const watch of watchers) watch();
  });
  return {
    child,
    lines,
    /** Resolves with the first line after the first `from` that fits; rejects when none comes. */
    until: (fits: (line: Line) => boolean, from = 0) =>
      new Promise<Line>((resolve, reject) => {
        const late = setTimeout(() => reject(new Error(`labloop ${args[0]} did not say so in time`)), patienceMs);
        const watch = () => {
          const found = lines.slice(from).find(fits);
          if (found === undefined) return;
          clearTimeout(late);
          watchers.delete(watch);
          resolve(found);
        };
        watchers.add(watch);
        watch();
      }),
  };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGKILL");
  await once(child, "close");
}

/** A line to a port on this machine that can be made to carry nothing, with both its ends none the wiser. */
async function openLine(targetPort: number) {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (near) => {
    const far = connect({ port: targetPort, host: "127.0.0.1", noDelay: true });
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      from.on("data", (chunk) => to.write(chunk));
      from.on("error", () => to.destroy());
      from.on("close", () => {
        sockets.delete(from);
        to.destroy();
      });
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`,
    silence() {
      for (const socket of sockets) socket.pause();
    },
    cut,
    close() {
      server.close();
      cut();
    },
  };
}

/** Strikes every driver so many times, and returns how long the engine took each time to say so, ms. */
async function measure(url: string, data: string): Promise<Record<Blow, Record<Notice, number[]>>> {
  const taken: Record<Blow, Record<Notice, number[]>> = {
    kill: { suspect: [], offline: [] },
    stop: { suspect: [], offline: [] },
    silence: { suspect: [], offline: [] },
  };
  const opened: ChildProcess[] = [];
  const start = (...args: readonly string[]) => {
    const part = open(...args, "--data", data);
    opened.push(part.child);
    return part;
  };
  const lines = new Map<string, Awaited<ReturnType<typeof openLine>>>();
  const hosts = new Map<string, ChildProcess>();
  const startHost = (device: string) => {
    const { child } = start("host", lab, "--devices", device, "--broker", lines.get(device)?.url ?? url);
    hosts.set(device, child);
  };
  try {
    await start("world", lab, "--seed", "1", "--scale", "1").until(({ type }) => type === "world.open");
    const engine = start("run", campaign, "--no-devices", "--broker", url);
    const said = (device: string, type: string, from: number) =>
      engine.until((line) => line.device === device && line.type === type, from);
    start("host", lab, "--devices", others, "--broker", url);
    for (const device of devices) {
      lines.set(device, await openLine(Number(new URL(url).port)));
      startHost(device);
    }
    for (const device of devices) await said(device, "step.intended", 0);
    for (const blow of Object.keys(blows) as Blow[]) {
      for (let round = 0; round < rounds; round++) {
        const before = engine.lines.length;
        const at = wallNow();
        for (const device of devices) {
          if (blow === "silence") lines.get(device)?.silence();
          else hosts.get(device)?.kill(blow === "kill" ? "SIGKILL" : "SIGSTOP");
        }
        for (const device of devices) {
          if (blow !== "kill") taken[blow].suspect.push((await said(device, "device.suspected", before)).at - at);
          taken[blow].offline.push((await said(device, "device.lost", before)).at - at);
        }
        const from = engine.lines.length;
        for (const device of devices) {
          if (blow === "kill") startHost(device);
          else if (blow === "stop") hosts.get(device)?.kill("SIGCONT");
          else lines.get(device)?.cut();
        }
        for (const device of devices) await said(device, "device.reconciled", from);
      }
    }
    return taken;
  } finally {
    for (const child of opened.reverse()) await end(child);
    for (const line of lines.values()) line.close();
  }
}

const scratch = scratchFolder();
try {
  await onEachBroker("demo", { ...benchLog, warn: () => undefined }, async ({ kind, url }) => {
    const data = join(scratch, kind);
    mkdirSync(data);
    const taken = await measure(url, data);
    for (const blow of Object.keys(blows) as Blow[]) {
      const { what, bounds } = blows[blow];
      for (const [notice, bound] of Object.entries(bounds) as [Notice, number][]) {
        const times = taken[blow][notice];
        const worst = Math.max(...times);
        tell({
          name: `${what}, until ${notice}, ${kind}`,
          figure: `p50 ${seconds(percentile(times, 0.5))}, worst ${seconds(worst)}`,
          ratio: `worst ${(worst / bound).toFixed(3)} x the contract's ${bound / 1_000} s`,
          how: `${times.length} times, ${devices.length} drivers at once, each in a process of its own, until the engine's line of it is read`,
        });
      }
    }
  });
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

function seconds(ms: number): string {
  return ms < 1_000 ? `${ms.toFixed(0)} ms` : `${(ms / 1_000).toFixed(1)} s`;
}
