import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createMemoryBroker } from "@labloop/bus";
import { createRealClock, createVirtualClock } from "@labloop/clock";
import { LabDocument, type WholeLab } from "@labloop/contracts";
import { serveTcp } from "@labloop/driver";
import { wholeCalibrations } from "@labloop/protocol";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { checkCalibrations } from "../../src/doctor/check-calibrations.ts";
import { checkClocks } from "../../src/doctor/check-clocks.ts";
import { checkConditions } from "../../src/doctor/check-conditions.ts";
import { checkDataFolder } from "../../src/doctor/check-data-folder.ts";
import { checkDisk } from "../../src/doctor/check-disk.ts";
import { checkDrivers } from "../../src/doctor/check-drivers.ts";
import { checkLeftovers } from "../../src/doctor/check-leftovers.ts";
import { checkNode } from "../../src/doctor/check-node.ts";
import { checkPorts } from "../../src/doctor/check-ports.ts";
import { checkPython } from "../../src/doctor/check-python.ts";
import { checkReach } from "../../src/doctor/check-reach.ts";
import type { Finding } from "../../src/doctor/finding.ts";
import { hearHeartbeats } from "../../src/doctor/hear-heartbeats.ts";
import { findingLines } from "../../src/doctor/finding-lines.ts";
import { conditionsOf } from "../../src/drivers/known-conditions.ts";
import { loadLab } from "../../src/lab/load-lab.ts";

let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "labloop-doctor-"));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const clock = createRealClock();
const isWindows = process.platform === "win32";
const seen = (findings: readonly Finding[]) => findings.map(({ level, code }) => `${level} ${code}`);

function labOf(devices: object): LabDocument {
  const about = {
    schemaVersion: 1,
    lab: "bench",
    title: { en: "A bench" },
    mode: "real",
    owner: "Ada",
    contact: "Ada",
  };
  return LabDocument.parse({ ...about, devices });
}

function wholeLabOf(devices: object): WholeLab {
  return wholeCalibrations(labOf(devices), { atValue: (_path, fault) => fault, isWhole: () => true }, { devices: {} })
    .lab;
}

/** Does something as an account that may do only what everybody may; as the present one where that is no superuser. */
async function asNobody<T>(act: () => T | Promise<T>): Promise<T> {
  const isSuperuser = process.geteuid?.() === 0;
  if (isSuperuser) process.seteuid?.(65_534);
  try {
    return await act();
  } finally {
    if (isSuperuser) process.seteuid?.(0);
  }
}

describe("the machine", () => {
  test("a Node that is too old is a fault, and says how to start labloop all the same", () => {
    expect(checkNode("v22.11.0")).toMatchObject([{ level: "fault", mend: expect.stringContaining("npm start") }]);
    expect(seen(checkNode(process.version))).toEqual(["fine node.version"]);
  });

  test.skipIf(isWindows)("a data folder in which this account may not write is a fault", async () => {
    chmodSync(folder, 0o555);
    expect(seen(await asNobody(() => checkDataFolder(folder)))).toEqual(["fault data.notWritable"]);
    expect(seen(await asNobody(() => checkDataFolder(join(folder, "runs", "one"))))).toEqual([
      "fault data.notWritable",
    ]);
    chmodSync(folder, 0o755);
  });

  test.skipIf(isWindows)("a data folder in which everybody may write is a warning", () => {
    chmodSync(folder, 0o777);
    expect(seen(checkDataFolder(folder))).toEqual(["warning data.openToAll"]);
    chmodSync(folder, 0o700);
    expect(seen(checkDataFolder(folder))).toEqual(["fine data.writable"]);
    expect(seen(checkDataFolder(join(folder, "new", "one")))).toEqual(["fine data.new"]);
  });

  test("a disk without room, and one that takes long to make a record durable, are told", () => {
    expect(checkDisk(folder, clock, () => ({ free: 1e8, total: 1e12 }))[0]).toMatchObject({ code: "disk.full" });
    expect(seen(checkDisk(folder, clock))[1]).toMatch(/disk\.(fsync|slow)/);
    let now = 0;
    const slow = { ...clock, now: () => (now += 2_000) };
    // A second look would fail on what the first had left.
    expect(seen(checkDisk(folder, slow))[1]).toBe("warning disk.slow");
  });

  test("a port that a listener holds is named with what follows, and one that is free is fine", async () => {
    const server = createServer();
    const port = await new Promise<number>((resolve) => {
      server.listen(0, "127.0.0.1", () => resolve((server.address() as { port: number }).port));
    });
    const wanted = [{ port, what: "the page", otherwise: "another one is taken" }];
    const [taken] = await checkPorts(wanted);
    expect(taken).toMatchObject({ level: "warning", code: "port.taken", mend: "another one is taken" });
    await new Promise((resolve) => server.close(resolve));
    expect(seen(await checkPorts(wanted))).toEqual(["fine port.free"]);
  });

  test("what dead processes have left is named, and what living ones keep is not", async () => {
    const data = join(folder, "data");
    mkdirSync(join(data, "world"), { recursive: true });
    const server = await serveTcp({ host: "127.0.0.1", port: 0, onStream: () => undefined });
    const at = `127.0.0.1:${server.port}`;
    writeFileSync(join(data, "dashboard.json"), JSON.stringify({ v: 1, url: `http://${at}` }));
    writeFileSync(join(data, "world", "address.json"), JSON.stringify({ wires: { pump: at } }));
    expect(seen(await checkLeftovers(data))).toEqual(["fine leftover.none"]);

    await server.close();
    writeFileSync(join(data, "campaign.lock.json.draft"), "{");
    expect(seen(await checkLeftovers(data))).toEqual([
      "warning leftover.page",
      "warning leftover.world",
      "warning leftover.draft",
    ]);
  });
});

describe("the lab", () => {
  test("every driver that will not load is named with its way out, not only the first", async () => {
    writeFileSync(join(folder, "thrower.mjs"), "throw new Error('no vendor library');\n");
    writeFileSync(
      join(folder, "future.mjs"),
      "export default { kind: 'x', capability: 'x', driverVersion: '1', api: 9, operations: {} };\n",
    );
    const wire = 'transport: { tcp: "192.0.2.7:4001" }';
    const modules = ["./thrower.mjs", "./future.mjs", "@labloop/device-nobody"];
    writeFileSync(
      join(folder, "lab.yaml"),
      [
        "schemaVersion: 1\nlab: bench\ntitle: { en: A bench }\nmode: real\nowner: Ada\ncontact: Ada\ndevices:",
        ...modules.map((module, i) => `  device-${i}:\n    module: "${module}"\n    ${wire}`),
      ].join("\n"),
    );
    const findings = checkDrivers(await loadLab(join(folder, "lab.yaml")), []);
    expect(findings.map(({ about, level, code }) => `${about}: ${level} ${code}`)).toEqual([
      "device device-0: fault lab.moduleNotLoaded",
      "device device-1: fault lab.driverApi",
      "device device-2: fault lab.moduleNotFound",
    ]);
    expect(findings[0]?.what).toContain("no vendor library");
    expect(findings.every(({ mend }) => mend !== undefined)).toBe(true);
  });

  test("a calibration is told as valid, due, due today, expired, or without a date, to the day", () => {
    const now = Date.UTC(2026, 5, 15, 23, 59);
    const on = (expires: string | null, more: object = {}) => {
      const calibration = { reference: "C-1", expires, ...more };
      return seen(checkCalibrations(wholeLabOf({ balance: { module: "x", calibration } }), {}, now)).join();
    };
    expect(on("2026-06-30")).toBe("fine calibration.valid");
    expect(on("2026-06-29")).toBe("warning calibration.due");
    expect(on("2026-06-15")).toBe("warning calibration.due");
    expect(on("2026-06-14")).toBe("fault calibration.expired");
    expect(on("2026-06-14", { whenExpired: "warn" })).toBe("warning calibration.expired");
    expect(on(null)).toBe("warning calibration.noDate");
    expect(seen(checkCalibrations(wholeLabOf({ balance: { module: "x" } }), {}, now))).toEqual([]);
    const caps = { balance: { calibration: { values: ["weigh.mass"], everyDays: 365, method: "a known mass" } } };
    expect(seen(checkCalibrations(wholeLabOf({ balance: { module: "x" } }), caps, now))).toEqual([
      "warning calibration.notStated",
    ]);
  });

  test("a device that is off, and one whose name nobody knows, are told apart from one that answers", async () => {
    const server = await serveTcp({ host: "127.0.0.1", port: 0, onStream: () => undefined });
    const dead = await serveTcp({ host: "127.0.0.1", port: 0, onStream: () => undefined });
    await dead.close();
    const findings = await checkReach(
      labOf({
        here: { module: "x", transport: { tcp: `127.0.0.1:${server.port}` } },
        off: { module: "x", transport: { tcp: `127.0.0.1:${dead.port}` } },
        nameless: { module: "x", transport: { tcp: "no-such-host.invalid:4000" } },
        person: { module: "x" },
      }),
      clock,
    );
    await server.close();
    expect(seen(findings)).toEqual(["fine device.reached", "fault device.notReached", "fault device.notReached"]);
    expect(findings[1]?.mend).toContain("nothing listens on that port");
    expect(findings[2]?.mend).toContain("the name is not known");
  });

  test.skipIf(isWindows)("a serial port is told as missing or usable", async () => {
    const port = join(folder, "ttyUSB0");
    writeFileSync(port, "");
    chmodSync(folder, 0o755);
    const lab = labOf({ box: { module: "x", transport: { serial: port } } });
    expect(seen(await checkReach(lab, clock))).toEqual(["fine serial.permitted"]);
    const gone = labOf({ box: { module: "x", transport: { serial: join(folder, "ttyUSB9") } } });
    expect(seen(await checkReach(gone, clock))).toEqual(["fault serial.missing"]);
  });

  test("an interpreter is asked for only where a driver in Python lies beside what it announces", () => {
    const lab = labOf({ pump: { module: "./driver.caps.json" }, box: { module: "x" } });
    const at = join(folder, "lab.yaml");
    const nowhere = join(folder, "no-python");
    expect(checkPython(at, lab, nowhere)).toEqual([]);
    writeFileSync(join(folder, "driver.py"), "");
    expect(seen(checkPython(at, lab, nowhere))).toEqual(["warning python.notReady"]);
    // Any program that is content with its arguments will do for an interpreter that has everything.
    expect(seen(checkPython(at, lab, isWindows ? process.execPath : "true"))).toEqual([
      isWindows ? "warning python.notReady" : "fine python.ready",
    ]);
    expect(checkPython(at, labOf({ box: { module: "x" } }), nowhere)).toEqual([]);
  });

  test("the clocks of devices are judged by their own heartbeats, and silence is told", async () => {
    const virtual = createVirtualClock(Date.UTC(2026, 0, 5));
    const broker = createMemoryBroker({ lab: "bench", clock: virtual });
    const beat = (device: string, more: object = {}) => {
      const bus = broker.connect({ clientId: `dev-${device}` });
      const issuedAt = new Date(virtual.now()).toISOString();
      const about = { v: 1, kind: "hb", device, issuedAt, bootId: "boot-1", n: 1 } as const;
      bus.onUp(() => void bus.publish("heartbeat", device, { ...about, tMono: 1, running: [], jseq: 1, ...more }));
    };
    const names = ["close", "late", "alone", "silent"];
    const lab = labOf(Object.fromEntries(names.map((name) => [name, { module: "x" }])));
    let isOver = false;
    const hearing = hearHeartbeats(broker.connect({ clientId: "eng-doctor-1" }), lab, virtual).finally(() => {
      isOver = true;
    });
    beat("close", { clockOffsetMs: 12 });
    const since = "2026-01-05T00:00:00.000Z";
    beat("late", { clockOffsetMs: -2_400, health: { state: "attention", message: "the paper is low", since } });
    beat("alone");
    await virtual.run(() => isOver);
    const heard = await hearing;
    expect(checkConditions(conditionsOf(heard))).toMatchObject([
      {
        about: "device late",
        level: "warning",
        code: "device.attention",
        what: "needs attention since 2026-01-05 00:00 UTC: the paper is low",
      },
    ]);
    expect(seen(checkClocks(heard, lab))).toEqual([
      "fine clock.close",
      "warning clock.skew",
      "warning clock.unknown",
      "warning device.silent",
    ]);
  });
});

test("no line of the table is wider than 80 columns, and nothing of a finding is lost", () => {
  const finding: Finding = {
    about: "device spectrophotometer-of-floor-2",
    level: "fault",
    code: "x.y",
    what: "word ".repeat(60).trim(),
    mend: "mend ".repeat(60).trim(),
  };
  const lines = findingLines([finding, { ...finding, about: "Node", level: "fine" }]);
  const text = lines.join(" ");
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  expect(text.match(/word/g)).toHaveLength(120);
  expect(text.match(/mend/g)).toHaveLength(120);
});
