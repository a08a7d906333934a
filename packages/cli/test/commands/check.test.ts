import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Fault } from "@labloop/contracts";
import { afterAll, expect, test, vi } from "vitest";
import { parse, stringify } from "yaml";
import { check } from "../../src/commands/check.ts";
import { loadDriver } from "../../src/lab/load-driver.ts";
import { recogniseFile } from "../../src/lab/recognise-file.ts";

const root = fileURLToPath(new URL("../../../../", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "labloop-check-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Code and place of every fault that the command tells of a text. */
async function faultsOf(text: string): Promise<string[]> {
  const path = join(folder, "file.yaml");
  writeFileSync(path, text);
  const said = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  try {
    await check([path], { json: true });
    const { faults } = JSON.parse(String(said.mock.lastCall?.[0])) as { faults: Fault[] };
    return faults.map(({ code, line, column }) => `${line}:${column} ${code}`);
  } finally {
    said.mockRestore();
  }
}

test("every fault of a declaration is told at once: what its schema refuses, and what templates, patterns and units say", async () => {
  const text = `driver: "@labloop/device-text-line"
kind: supply
capability: power-supply
title: { en: Supply }
identify: { ask: "*IDN?", answer: "^(X" }
operations:
  set:
    title: Set
    duration: { typicalMs: 1, maxMs: abc }
    params: { voltage: { type: quantity, unit: V }, mode: { type: quantty } }
    result: { now: { type: quantity, unit: Vv } }
    do: [{ tel: "VOLT {voltage}" }, { tell: "VOLT {volts} {mode}" }]
    read: [{ ask: "VOLT?", answer: "^(?<then>.+)$" }]
    probe: { counter: { ask: "N?", answer: "1" }, readBack: { ask: "V?", answer: "(?<voltage>.*)" } }
`;
  // Nothing is said of {mode}, whose parameter was meant; nor of a missing probe.
  expect(await faultsOf(text)).toEqual([
    "1:1 document.missing",
    "5:35 text.pattern",
    "9:38 document.type",
    "10:67 document.value",
    "11:20 text.resultUnread",
    "11:44 unit.unknown",
    "12:10 document.missing",
    "12:12 document.unknownKey",
    "12:45 text.template",
    "13:36 text.noResult",
    "14:12 document.mixedKinds",
  ]);
});

test.each([
  ["lab", "simulator/labs/demo/lab.yaml"],
  ["campaign", "protocols/crossed-barrel/campaign.yaml"],
  ["protocol", "protocols/crossed-barrel/protocol.yaml"],
  ["pool", "test/bench/pools/hplc/pool.yaml"],
  ["declaration", "devices/modbus/examples/thermostat.yaml"],
  ["declaration", "devices/file-drop/declarations/nimo.yaml"],
  ["module", "simulator/worlds/crossed-barrel/world.ts"],
])("a %s is known as one, with its telling key and without it: %s", (kind, path) => {
  const text = readFileSync(join(root, path), "utf8");
  const kindOf = (content: string) => recogniseFile({ file: basename(path), text: content });
  expect(kindOf(text)).toEqual({ ok: true, value: kind });
  const without = text.replace(/^(?:driver|devices|campaign|steps|pool):/m, "misspelt:");
  expect(kindOf(without)).toEqual({ ok: true, value: kind });
});

test.each([
  ["nothing", ""],
  ["other YAML", "services: { db: { image: postgres } }"],
  ["a list", "[1, 2]"],
])("%s is refused, and not read as a campaign", async (_what, text) => {
  expect(await faultsOf(text)).toEqual(["1:1 check.unknownFile"]);
});

type Path = (string | number)[];

function pathsIn(value: unknown, path: Path = []): Path[] {
  if (typeof value !== "object" || value === null) return [path];
  const entries = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return [path, ...entries.flatMap(([key, inner]) => pathsIn(inner, [...path, key]))];
}

function withNull(text: string, path: Path): string {
  const document = parse(text) as Record<string | number, unknown>;
  let node = document;
  for (const step of path.slice(0, -1)) node = node[step] as typeof node;
  node[path.at(-1) ?? ""] = null;
  return stringify(document);
}

test.each([
  "devices/text-line/examples/dosing-pump.yaml",
  "devices/text-line/examples/power-supply.yaml",
  "devices/modbus/examples/thermostat.yaml",
  "devices/person/declarations/balance.yaml",
  "devices/file-drop/declarations/balance.yaml",
])("what the schema refuses makes no fault anywhere else: %s", async (example) => {
  const text = readFileSync(join(root, example), "utf8");
  const path = join(folder, "declaration.yaml");
  for (const at of pathsIn(parse(text)).filter(([first]) => first !== undefined && first !== "driver")) {
    writeFileSync(path, withNull(text, at));
    const driver = await loadDriver(path, "./declaration.yaml");
    const codes = driver.ok ? [] : driver.faults.map(({ code }) => code);
    expect({ at, further: codes.filter((code) => !code.startsWith("document.")) }).toEqual({ at, further: [] });
  }
});

test("a study is judged as propose judges it: lists whose sums are rounded and tables that are not there are refused, beside keys that are not known", async () => {
  const text = `parameters: [{ kind: continuous, name: a, min: 0, max: 1 }, { kind: continuous, name: b, min: 0, max: 1 }]
constraints: [{ kind: mixture, of: [a, b] }]
objectives: [{ name: yield, goal: maximise }]
candidates: [{ a: 0.5, b: 0.5 }, { a: 0.333, b: 0.666 }]
related: [{ task: spring, table: lost.csv }]
budgets: 3
`;
  expect(await faultsOf(text)).toEqual(["6:1 document.unknownKey", "4:34 design.mixture", "5:34 file.notReadable"]);
});

test("files of one name are told apart by their folders", async () => {
  const pools = join(root, "test/bench/pools");
  const [first, second] = ["fullerenes", "crossed_barrel"].map((name) => join(pools, name, "pool.yaml")) as [
    string,
    string,
  ];
  const said = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  try {
    await check([first, second], {});
    await check([first], {});
    expect(said.mock.calls.map(([line]) => line)).toEqual([
      `${first}, ${second}: no faults\n`,
      "pool.yaml: no faults\n",
    ]);
  } finally {
    said.mockRestore();
  }
});

test("a simulated lab whose world is not there is told at its line, before anything is run", async () => {
  const device =
    'devices: { b: { module: "@labloop/device-mettler-toledo-mt-sics", transport: { plant: mt-sics } } }\n';
  const head = "schemaVersion: 1\nlab: bench\ntitle: { en: B }\nmode: simulated\nowner: A\ncontact: a@b\n";
  expect(await faultsOf(`${head}world: ./nowhere.ts\n${device}`)).toEqual(["7:8 lab.moduleNotFound"]);
});

test("a plant that the world does not have is told at its line, beside other faults of the file", async () => {
  const world = join(root, "simulator/worlds/crossed-barrel/world.ts");
  const head = `schemaVersion: 1\nlab: bench\ntitle: { en: B }\nmode: simulated\nowner: ""\ncontact: a@b\nworld: ${world}\n`;
  const device =
    'devices:\n  b:\n    module: "@labloop/device-mettler-toledo-mt-sics"\n    transport: { plant: mt-sicks }\n';
  expect(await faultsOf(head + device)).toEqual(["5:8 lab.nobody", "11:25 world.unknownPlant"]);
});

test("a maintenance that cannot be is told of a lab by itself, and a limit that holds nothing back is told and no fault", async () => {
  const text = (maintenance: string, most: string) => `schemaVersion: 1
lab: bench
title: { en: B }
mode: real
owner: A
contact: a@b
devices:
  t:
    module: "@labloop/device-mark10-esm"
    transport: { tcp: "192.0.2.7:4001" }
    maintenance: [{ name: oil, after: ${maintenance} }]
safety: { envelope: [{ device: t, operation: compress, limits: { travel: { max: ${most} } } }] }
`;
  expect(await faultsOf(text("{ acts: 9, of: [crush] }", "3 mm"))).toEqual(["11:55 lab.operationUnknown"]);
  const said = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  try {
    const path = join(folder, "wide.yaml");
    writeFileSync(path, text("{ acts: 9 }, notice: { acts: 9 }", "3 km"));
    expect(await check([path], {})).toBe(0);
    const lines = said.mock.calls.map(([line]) => line).join("");
    expect(lines).toContain("wide.yaml:12:81: compress: t keeps to a narrower max");
    expect(lines).toContain("wide.yaml:11:60: oil is due after 9 acts");
    const printed = vi.spyOn(process.stdout, "write").mockReturnValue(true);
    await check([path], { json: true });
    const { ok, remarks } = JSON.parse(String(printed.mock.lastCall?.[0])) as { ok: boolean; remarks: Fault[] };
    printed.mockRestore();
    expect([ok, remarks.map(({ code }) => code)]).toEqual([true, ["envelope.idle", "lab.noticeTooLong"]]);
  } finally {
    said.mockRestore();
  }
});

test("an interlock is held to how often the driver of its device reads, as its declaration says", async () => {
  const driver = join(root, "devices/modbus/examples/thermostat.yaml");
  const text = `schemaVersion: 1
lab: bench
title: { en: B }
mode: real
owner: A
contact: a@b
devices:
  t:
    module: ${JSON.stringify(driver)}
    transport: { tcp: "192.0.2.7:502" }
safety: { interlocks: { hot: { device: t, channel: temperature, below: 90 degC, staleAfter: 1 s } } }
`;
  expect(await faultsOf(text)).toEqual(["11:93 interlock.staleAfter"]);
});
