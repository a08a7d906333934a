import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { loadLab } from "../../src/lab/load-lab.ts";
import { loadProtocol } from "../../src/lab/load-protocol.ts";

let folder = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "labloop-lab-"));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const head = `schemaVersion: 1
lab: bench
title: { en: A bench }
mode: real
owner: Ada Lovelace
contact: ada@lab.example
devices:
`;

/** The faults of a lab, as `line:column code`. */
async function faultsOf(devices: string, top = head) {
  const path = join(folder, "lab.yaml");
  writeFileSync(path, top + devices);
  const loaded = await loadLab(path);
  return loaded.ok ? [] : loaded.faults.map(({ line, column, code }) => `${line}:${column} ${code}`);
}

const balance = `  balance:
    module: "@labloop/device-mettler-toledo-mt-sics"
    transport: { tcp: "192.0.2.7:4001" }
`;

test("a lab outside this installation finds the drivers that the installation has", async () => {
  expect(await faultsOf(balance)).toEqual([]);
});

test("a declaration that is not there is told where the lab names it", async () => {
  expect(await faultsOf('  pump:\n    module: ./pump.yaml\n    transport: { tcp: "192.0.2.7:4001" }\n')).toEqual([
    "9:13 file.notReadable",
  ]);
});

test("every fault of a lab is told at once, each with its line and column", async () => {
  const faults = await faultsOf(
    `${balance}    capability: scale
    colour: blue
  pump:
    module: ./pump.ts
  oven:
    module: "@labloop/device-oven"
  second:
    module: "@labloop/device-mettler-toledo-mt-sics"
    config: { answerMs: soon }
`,
    head.replace("Ada Lovelace", '""'),
  );
  expect(faults).toEqual([
    "12:5 document.unknownKey",
    "5:8 lab.nobody",
    "11:17 lab.capabilityOther",
    "14:13 lab.moduleNotFound",
    "16:13 lab.moduleNotFound",
    "19:25 lab.badConfig",
    "18:5 lab.transportMissing",
  ]);
});

const driver = (api: string) => `export default {
  kind: "thing", capability: "thing", driverVersion: "1.0.0", ${api} operations: {}, provenance: { metHardware: false },
  config: { safeParse: (data) => ({ success: true, data }) },
};
`;
const thing = `  thing:
    module: ./thing.mjs
    transport: { tcp: "192.0.2.7:4001" }
`;

test("a driver for another version of the kit is refused by name, and one that says none is for this one", async () => {
  writeFileSync(join(folder, "thing.mjs"), driver("api: 9,"));
  expect(await faultsOf(thing)).toEqual(["9:13 lab.driverApi"]);
  writeFileSync(join(folder, "other.mjs"), driver(""));
  expect(await faultsOf(thing.replace("thing.mjs", "other.mjs"))).toEqual([]);
});

test("a definition that lacks something is told as that, and not as a driver that never loads", async () => {
  writeFileSync(join(folder, "half.mjs"), driver("").replace(/ provenance: .*$/m, ""));
  expect(await faultsOf(thing.replace("thing.mjs", "half.mjs"))).toEqual(["9:13 lab.notADriver"]);
});

test("a fault of a lab that says nothing of what it has hides no fault of its safety rules, nor of what is checked with it", async () => {
  const top = `${head.replace("devices:\n", "places: [rack, rack]\n")}safety: { envelope: [{ capability: scale, operation: weigh, limits: {} }] }\ndevices:\n`;
  expect(await faultsOf(balance, top)).toEqual(["7:16 lab.nameRepeated", "8:36 envelope.capabilityUnknown"]);
  writeFileSync(join(folder, "protocol.yaml"), "schemaVersion: 1\nprotocol: p\n");
  const loaded = await loadProtocol(join(folder, "protocol.yaml"), join(folder, "lab.yaml"));
  const codes = loaded.ok ? [] : loaded.faults.map(({ code }) => code);
  expect(codes).toEqual(expect.arrayContaining(["document.missing", "lab.nameRepeated", "envelope.capabilityUnknown"]));
});
