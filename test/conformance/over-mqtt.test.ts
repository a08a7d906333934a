import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { openBroker } from "@labloop/broker";
import { openMqttBus } from "@labloop/bus/mqtt";
import { createRandomIds, createRealClock } from "@labloop/clock";
import { createStreamPair, openDevice, openSqliteStore } from "@labloop/driver";
import { createStarterPumpPlant } from "@labloop/simulator";
import { expect, test } from "vitest";
import pump from "../../devices/starter-pump/driver.ts";
import { createBenchWorld } from "./plants/bench-world.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const quiet = { debug() {}, info() {}, warn() {}, error() {} };

/** Runs the command as a user does, and returns how it ended and what it printed. */
function conformance(...flags: readonly string[]): Promise<{ readonly code: number; readonly lines: unknown[] }> {
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      [join(root, "packages/cli/src/main.ts"), "conformance", ...flags],
      (error, stdout, stderr) => {
        const code = error === null ? 0 : error.code;
        if (typeof code !== "number" || stdout === "") return reject(error ?? new Error(stderr));
        const lines = stdout.trim().split("\n");
        resolve({ code, lines: lines.map((line) => JSON.parse(line) as unknown) });
      },
    );
  });
}

test("a driver at a broker earns bronze from outside, and what nobody can do to it there earns nothing", async () => {
  const folder = mkdtempSync(join(tmpdir(), "labloop-over-mqtt-"));
  const linkClock = createRealClock();
  const broker = await openBroker({ lab: "test", linkClock, log: quiet });
  const world = createBenchWorld(linkClock);
  const plant = createStarterPumpPlant(world, () => 0.1);
  const ids = createRandomIds(linkClock);
  const device = await openDevice({
    definition: pump,
    deviceId: "pump-1",
    config: {},
    mode: "simulated",
    connect: (will) =>
      openMqttBus({
        url: broker.url,
        lab: "test",
        clientId: "dev-pump-1",
        will,
        linkClock,
        jitter: () => 0,
        log: quiet,
      }),
    store: openSqliteStore({ path: join(folder, "pump-1.db"), ids }),
    async openWire() {
      const [near, far] = createStreamPair(linkClock);
      plant.attach(far);
      return near;
    },
    labClock: linkClock,
    linkClock,
    ids,
    log: quiet,
  });
  const junit = join(folder, "junit.xml");
  const badge = join(folder, "badge.svg");
  const { code, lines } = await conformance(
    broker.url,
    "--lab",
    "test",
    "--device",
    "pump-1",
    "--only",
    "C1,C2,C3,C6",
    "--soak",
    "0",
    "--json",
    "--params",
    join(root, "test/conformance/pump-params.yaml"),
    "--junit",
    junit,
    "--badge",
    badge,
  );
  await device.close();
  await broker.close();

  const summary = lines.at(-1);
  expect(summary).toMatchObject({
    type: "conformance",
    kind: "starter-pump",
    setting: "over MQTT, real time",
    failed: [],
  });
  expect(summary).toMatchObject({
    standing: { level: "bronze", next: { level: "silver", needs: ["C4", "C5", "C6"] } },
  });
  expect(code).toBe(0);
  const notRun = lines.filter((line) => (line as { verdict?: string }).verdict === "not-run");
  expect(notRun).toMatchObject([{ id: "C6.4" }, { id: "C6.6" }]);
  expect(readFileSync(junit, "utf8")).toContain('<skipped message="not-run: nobody here can restart the driver');
  expect(readFileSync(badge, "utf8")).toContain("starter-pump 1.0.0: bronze, no soak");
  rmSync(folder, { recursive: true, force: true });
});

test("a device that is not there is said to be missing, and a lab file's device is tested with the lab's own world", async () => {
  const lab = join(root, "simulator/labs/demo/lab.yaml");
  const { code, lines } = await conformance(lab, "--device", "arm", "--only", "C1,C2,C9", "--json");
  expect(lines.at(-1)).toMatchObject({ type: "conformance", kind: "universal-robots-dashboard", failed: [] });
  expect(code).toBe(0);
  const trace = join(mkdtempSync(join(tmpdir(), "labloop-trace-")), "arm.trace.json");
  const recorded = await conformance(lab, "--device", "arm", "--only", "C9", "--record", "--trace", trace, "--json");
  expect(recorded.lines[0]).toMatchObject({ id: "C9.1", verdict: "passed", figures: { recorded: 1 } });
  expect(readFileSync(trace, "utf8")).toContain('"kind": "universal-robots-dashboard"');
  rmSync(dirname(trace), { recursive: true, force: true });
  const missing = await conformance(lab, "--device", "nobody", "--json");
  expect(missing).toMatchObject({ code: 3, lines: [{ ok: false, faults: [{ code: "conformance.noDevice" }] }] });
});
