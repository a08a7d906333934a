import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createRealClock } from "@labloop/clock";
import { loadLab } from "@labloop/cli";
import { type ByteStream, connectSerial, connectTcp, type DeviceDefinition } from "@labloop/driver";
import { describe, expect, onTestFinished, test } from "vitest";
import { root } from "../support/launch.ts";
import { privateFolder } from "../support/private-folder.ts";
import { whyNoPython } from "../support/python-environment.ts";
import { startPeer } from "../support/python-peer.ts";
import { realContext } from "../support/real-operation.ts";
import { openSerialPair, whyNoSocat } from "../support/socat.ts";

const example = readFileSync(join(root, "devices/modbus/examples/thermostat.yaml"), "utf8");
const linkClock = createRealClock();
const params = { target: { value: 42.5, unit: "degC" } };

async function load(text = example) {
  const folder = privateFolder();
  writeFileSync(join(folder, "bath.yaml"), text);
  writeFileSync(
    join(folder, "lab.yaml"),
    `schemaVersion: 1\nlab: own\ntitle: { en: Own }\nmode: real\nowner: Ada\ncontact: ada@example.org\ndevices:\n  bath: { module: ./bath.yaml, transport: { tcp: "127.0.0.1:1" } }\n`,
  );
  return loadLab(join(folder, "lab.yaml"), { isolation: "none" });
}

async function definitionOf(text = example): Promise<DeviceDefinition> {
  const loaded = await load(text);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.faults));
  return loaded.value.definitions["bath"]!;
}

/** Brings the bath to a temperature as the kit would, with a probe before and after. */
async function heat(definition: DeviceDefinition, stream: ByteStream) {
  onTestFinished(() => stream.close());
  const context = realContext();
  const session = await definition.connect(stream, {}, context);
  const { baseline, start, watch, probe } = definition.operations["setTemperature"]!;
  const before = await baseline(session, params, context);
  const untouched = await probe(session, params, before, context);
  await start(session, params, before, context);
  const ending = await watch(session, params, before, context);
  const found = await probe(session, params, before, context);
  await definition.halt?.(session, context);
  return { untouched, ending, found, read: await definition.telemetry?.read(session, context) };
}

async function onTcp(framing: string): Promise<ByteStream> {
  const port = Number(await startPeer("modbus_server.py", framing));
  return connectTcp({ host: "127.0.0.1", port, linkClock });
}

const heated = {
  untouched: { outcome: "not-happened", decisive: true },
  ending: { state: "succeeded", result: { reached: { value: 42.5, unit: "degC" } } },
  found: { outcome: "happened", decisive: true },
  read: { temperature: 42.5 },
};
const rtu = example.replace("framing: tcp", "framing: rtu");

describe.skipIf(whyNoPython() !== null)(`a declared thermostat against pymodbus (${whyNoPython() ?? "there"})`, () => {
  test("is identified, set, waited for, read, probed and halted over Modbus TCP", async () => {
    expect(await heat(await definitionOf(), await onTcp("tcp"))).toMatchObject(heated);
  });

  test("and over RTU carried by TCP, as gateways do", async () => {
    expect(await heat(await definitionOf(rtu), await onTcp("rtu"))).toMatchObject(heated);
  });

  test.skipIf(whyNoSocat() !== null)("and over RTU on a serial line", async () => {
    const pair = await openSerialPair();
    onTestFinished(() => pair.unplug());
    const [here, there] = pair.ends;
    await startPeer("modbus_server.py", "rtu", there);
    const line = { baudRate: 9_600, dataBits: 8, parity: "none", stopBits: 1, rtscts: false } as const;
    expect(await heat(await definitionOf(rtu), await connectSerial({ serial: here, ...line }))).toMatchObject(heated);
  });

  test("is refused in the server's own words where the table names what is not there", async () => {
    const wrong = await definitionOf(example.replace("address: 10,", "address: 6000,"));
    await expect(heat(wrong, await onTcp("tcp"))).rejects.toMatchObject({ code: "modbus.exception" });
  });

  test("is not taken for another instrument", async () => {
    const other = await definitionOf(example.replace("equals: 4711", "equals: 4712"));
    await expect(heat(other, await onTcp("tcp"))).rejects.toMatchObject({ code: "wire.wrongInstrument" });
  });
});

test("faults of a table have their line and column", async () => {
  const wrong = example
    .replace("scale: 0.1, unit: degC", "scale: 0.1, unit: V")
    .replace("probe: { readBack: true }", "")
    .replace("register: setpoint, from: target", "register: model, from: target");
  const loaded = await load(wrong);
  const faults = loaded.ok ? [] : loaded.faults.map(({ code, line, column }) => ({ code, line, column }));
  expect(faults.map(({ code }) => code).sort()).toEqual([
    "modbus.probeMissing",
    "modbus.readOnly",
    "modbus.unitMissing",
    "unit.dimension",
    "unit.dimension",
  ]);
  expect(faults.every(({ line, column }) => (line ?? 0) > 10 && (column ?? 0) > 0)).toBe(true);
});
