// Measures what devices cost that have nothing to do: so many in one process, as `labloop host --isolation none` has them, and
// some in a process each, as in a real lab. Each beats once a second through the embedded broker, in this process, to one
// listener, as an engine is. Drivers, journals and messages are the real ones; processes are looked at as Linux shows them.
// Run: node test/bench/idle-devices.ts [devices] [seconds] [apart]
import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openBroker } from "@labloop/broker";
import { openMqttBus } from "@labloop/bus/mqtt";
import { createRandomIds, createRealClock, wallNow } from "@labloop/clock";
import { sleep } from "@labloop/contracts";
import { openSqliteStore } from "@labloop/driver";
import { tell } from "./figure.ts";
import { benchLog, lab, openMixer } from "./instant-run.ts";
import { root, scratchFolder } from "./scratch-folder.ts";

const clock = createRealClock();
/** A clock tick of /proc, ms: 100 a second on every Linux that Node runs on. */
const tickMs = 10;

/** Processor time that a process has taken, ms, and memory that it holds and shares with nobody, MB. */
function look(pid: number): { readonly cpuMs: number; readonly mb: number } {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  const held = /^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))?.[1];
  return { cpuMs: (Number(fields[11]) + Number(fields[12])) * tickMs, mb: Number(held) / 1_024 };
}

/** Opens devices in this process, and says so. */
async function beHost(url: string, folder: string, devices: number): Promise<void> {
  const ids = createRandomIds(clock);
  process.on("disconnect", () => process.exit(0));
  process.send?.("empty");
  await once(process, "message");
  for (let n = 1; n <= devices; n++) {
    const deviceId = `mixer-${n}`;
    const store = openSqliteStore({ path: join(folder, `${deviceId}.db`), ids });
    await openMixer({ url, deviceId, store, clock, ids });
  }
  process.send?.("open");
}

/** Starts `labloop host` with a driver in a process each, and returns their process ids once all devices are open. */
async function openApart(
  url: string,
  folder: string,
  devices: number,
): Promise<{ host: ChildProcess; pids: number[] }> {
  const module = JSON.stringify(join(import.meta.dirname, "instant-lab/driver.ts"));
  const port = await openEcho();
  const rows = Array.from(
    { length: devices },
    (_, n) => `  apart-${n + 1}:\n    module: ${module}\n    transport: { tcp: "127.0.0.1:${port}" }\n`,
  );
  const head = `schemaVersion: 1\nlab: ${lab}\ntitle: { en: Idle }\nmode: real\nowner: bench\ncontact: none\ndevices:\n`;
  writeFileSync(join(folder, "lab.yaml"), head + rows.join(""));
  const command = ["packages/cli/bin/labloop.mjs", "host", join(folder, "lab.yaml"), "--broker", url];
  const stdio = ["ignore", "pipe", "inherit"] as const;
  const host = spawn(process.execPath, [...command, "--data", folder, "--json"], { cwd: root, stdio: [...stdio] });
  let hosted = 0;
  for await (const chunk of host.stdout) {
    hosted += String(chunk).split("device.hosted").length - 1;
    if (hosted >= devices) break;
  }
  const notes = readdirSync(join(folder, "devices")).filter((name) => name.endsWith(".driver.json"));
  const pidIn = (name: string) =>
    (JSON.parse(readFileSync(join(folder, "devices", name), "utf8")) as { pid: number }).pid;
  return { host, pids: notes.map(pidIn) };
}

/** An instrument that takes connections and says nothing; returns its port. */
async function openEcho(): Promise<number> {
  const { createServer } = await import("node:net");
  const server = createServer(() => undefined).listen(0, "127.0.0.1");
  await once(server, "listening");
  server.unref();
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

async function measure(devices: number, seconds: number, apart: number): Promise<void> {
  const folder = scratchFolder();
  mkdirSync(join(folder, "devices"));
  const broker = await openBroker({ lab, log: benchLog });
  const ear = openMqttBus({
    url: broker.url,
    lab,
    clientId: "eng-main-1",
    linkClock: clock,
    jitter: () => 0.5,
    log: benchLog,
  });
  let beats = 0;
  ear.subscribe({ key: "heartbeat", name: "+", onDelivery: () => void beats++ });
  /** Looks at processes and at this one at the beginning and the end of so many seconds. */
  const watch = async (pids: readonly number[]) => {
    const [before, mine, from, beatsBefore] = [pids.map(look), process.cpuUsage(), wallNow(), beats];
    await sleep(clock, seconds * 1_000);
    const [after, tookMs] = [pids.map(look), wallNow() - from];
    const { user, system } = process.cpuUsage(mine);
    const cpuMs = after.reduce((sum, { cpuMs: ms }, index) => sum + ms - (before[index]?.cpuMs ?? 0), 0);
    return {
      cpu: (100 * cpuMs) / tookMs,
      brokerCpu: (100 * (user + system)) / 1_000 / tookMs,
      mb: after.reduce((sum, { mb }) => sum + mb, 0),
      perSecond: ((beats - beatsBefore) * 1_000) / tookMs,
    };
  };

  const together = fork(fileURLToPath(import.meta.url), ["host", broker.url, folder, String(devices)]);
  await once(together, "message");
  const bareMb = look(together.pid ?? 0).mb;
  together.send("open");
  await once(together, "message");
  // What was needed to open them is given back by then, and every device beats.
  await sleep(clock, 5_000);
  const one = await watch([together.pid ?? 0]);
  together.disconnect();
  await once(together, "exit");

  const { host, pids } = await openApart(broker.url, folder, apart);
  await sleep(clock, 5_000);
  const each = await watch(pids);
  host.kill("SIGTERM");
  await once(host, "exit");

  await ear.close();
  await broker.close();
  rmSync(folder, { recursive: true, force: true });
  tell({
    name: `${devices} idle devices`,
    figure: `CPU ${one.cpu.toFixed(1)} %, ${((one.mb - bareMb) / devices).toFixed(2)} MB each, ${one.perSecond.toFixed(0)} messages/s`,
    ratio: `${(each.mb / apart).toFixed(0)} MB and CPU ${(each.cpu / apart).toFixed(2)} % each in processes of their own`,
    how: `over ${seconds} s at one heartbeat a second: one process with all of them (${one.mb.toFixed(0)} MB), broker and listener in another (CPU ${one.brokerCpu.toFixed(1)} %); the ratio from ${apart} devices of \`labloop host\` with a process each; percent of one core, memory not shared with others`,
  });
}

const [first = "500", second = "20", third = "8", fourth = "0"] = process.argv.slice(2);
if (first === "host") await beHost(second, third, Number(fourth));
else await measure(Number(first), Number(second), Number(third));
