import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Ajv } from "ajv";
import formats from "ajv-formats";
import { afterAll, describe, expect, test, vi } from "vitest";
import { parse } from "yaml";
import { check } from "../../src/commands/check.ts";
import { newDriver } from "../../src/commands/driver.ts";
import { schema } from "../../src/commands/schema.ts";

const root = fileURLToPath(new URL("../../../../", import.meta.url));
const launcher = join(root, "packages/cli/bin/labloop.mjs");
const lab = join(root, "simulator/labs/demo/lab.yaml");
const out = mkdtempSync(join(tmpdir(), "labloop-schema-"));
afterAll(() => rmSync(out, { recursive: true }));

/** Runs the command line as a person does. */
function labloop(...args: string[]) {
  return spawnSync(process.execPath, [launcher, "schema", ...args], { encoding: "utf8" });
}

function compile(name: string, folder = out) {
  const ajv = new Ajv({ strict: false });
  formats.default(ajv);
  return ajv.compile(JSON.parse(readFileSync(join(folder, name), "utf8")) as object);
}

const protocol = (): { steps: { use: string; with?: Record<string, unknown> }[]; roles: Record<string, string> } =>
  parse(readFileSync(join(root, "protocols/crossed-barrel/protocol.yaml"), "utf8"));

// Each starts processes of its own, so a busy machine may take long.
describe("labloop schema", { timeout: 60_000 }, () => {
  test("gives an editor what this lab's files may say: the demo's are right, and slips in them are seen", () => {
    const { status, stdout } = labloop(lab, "--format", "editor", "--out", out);
    expect(status).toBe(0);
    expect(stdout).toContain("yaml-language-server: $schema=");
    const labIsRight = compile("lab.schema.json");
    const document = () => parse(readFileSync(lab, "utf8")) as { devices: Record<string, { config?: object }> };
    expect(labIsRight(document())).toBe(true);
    const slip = document();
    slip.devices["balance"] = { ...slip.devices["balance"], config: { stabilityMS: 1 } };
    expect(labIsRight(slip)).toBe(false);

    const protocolIsRight = compile("protocol.schema.json");
    expect(protocolIsRight(protocol())).toBe(true);
    const otherStep = (change: object) => {
      const { steps, ...rest } = protocol();
      return protocolIsRight({ ...rest, steps: [{ ...steps[0], ...change }, ...steps.slice(1)] });
    };
    expect(otherStep({})).toBe(true);
    expect(otherStep({ use: "printer.prin" })).toBe(false);
    expect(otherStep({ use: "printer.print", with: { files: "A.GCO" } })).toBe(false);
    expect(protocolIsRight({ ...protocol(), roles: { printer: "laser-printer" } })).toBe(false);

    const campaignIsRight = compile("campaign.schema.json");
    const campaign = (name: string) =>
      parse(readFileSync(join(root, `protocols/${name}/campaign.yaml`), "utf8")) as { objectives?: object[] };
    const joint = campaign("quick-and-gentle");
    expect([campaign("crossed-barrel"), joint].map((each) => campaignIsRight(each))).toEqual([true, true]);
    const [first] = joint.objectives ?? [];
    expect(campaignIsRight({ ...joint, objectives: [first] })).toBe(false);
    const target = { ...first, goal: "target", desirability: { low: 4, target: 5, high: 6 } };
    expect(campaignIsRight({ ...joint, objectives: [target] })).toBe(true);
    expect(campaignIsRight({ ...joint, objective: first })).toBe(false);
  });

  test("writes each format, a kind once and a device once", async () => {
    const said = vi.spyOn(process.stdout, "write").mockReturnValue(true);
    for (const [format, count, name] of [
      ["json-schema", 4, "mark10-esm.schema.json"],
      ["markdown", 4, "universal-robots-dashboard.md"],
      ["python", 4, "mettler_toledo_mt_sics.py"],
      ["td", 8, "printer-5.td.json"],
      ["asyncapi", 8, "balance.asyncapi.json"],
    ] as const) {
      const folder = join(out, format);
      expect(await schema(lab, { format, out: folder, broker: "mqtt://127.0.0.1:1883", json: true })).toBe(0);
      const files = readdirSync(folder);
      expect(files).toContain(name);
      expect(files).toHaveLength(count);
      expect(JSON.parse(String(said.mock.lastCall?.[0]))).toMatchObject({ v: 1, ok: true, format, folder });
    }
    said.mockRestore();
  });

  test("says which formats there are, and what is wrong with a lab", () => {
    const wrong = labloop(lab, "--format", "xml");
    expect([wrong.status, wrong.stderr]).toEqual([2, expect.stringContaining("json-schema, markdown, python, td")]);
    expect(labloop(join(root, "no-such-lab.yaml")).status).toBe(3);
  });
});

/** Runs a command of this process, and returns what it printed. */
async function printed(run: () => Promise<number>): Promise<string> {
  const said = [vi.spyOn(process.stdout, "write"), vi.spyOn(process.stderr, "write")];
  for (const each of said) each.mockReturnValue(true);
  try {
    expect(await run()).toBe(0);
    return said.flatMap(({ mock }) => mock.calls.map(([text]) => String(text))).join("");
  } finally {
    for (const each of said) each.mockRestore();
  }
}

const examples = [
  ["text-line", ["devices/text-line/examples/balance.yaml", "devices/text-line/examples/power-supply.yaml"]],
  ["modbus", ["devices/modbus/examples/thermostat.yaml", "devices/modbus/examples/balance.yaml"]],
  ["file-drop", ["devices/file-drop/declarations/nimo.yaml", "devices/file-drop/declarations/spectrum.yaml"]],
  ["person", ["devices/person/declarations/balance.yaml", "simulator/labs/by-hand/person.yaml"]],
  ["opentrons", ["devices/opentrons/declarations/ot2.yaml"]],
] as const;

test.each(examples)(
  "an editor is told what a declaration of the family %s may say, by its own schema",
  async (family, files) => {
    const folder = join(out, family);
    const options = { format: "editor", out: folder, broker: "mqtt://127.0.0.1:1883", json: true };
    await printed(() => schema(join(root, files[0]), options));
    const isRight = compile(`${family}.schema.json`, folder);
    for (const file of files) {
      const declared = parse(readFileSync(join(root, file), "utf8")) as { operations: object };
      expect({ file, errors: isRight(declared) ? [] : isRight.errors }).toEqual({ file, errors: [] });
      const [name = "", operation] = Object.entries(declared.operations)[0] ?? [];
      expect(isRight({ ...declared, operations: { [name]: { ...operation, titel: "x" } } })).toBe(false);
      expect(isRight({ ...declared, driver: "@labloop/device-other" })).toBe(false);
    }
  },
);

test("what is written for a first declared driver names the schema that editors complete it by; check tells when that is old", async () => {
  const folder = join(out, "my-pump");
  await printed(() => newDriver(folder, { yaml: true }));
  const driver = join(folder, "driver.yaml");
  const text = readFileSync(driver, "utf8");
  expect(text).toMatch(/^# yaml-language-server: \$schema=\.\/text-line\.schema\.json\n/);
  const isRight = compile("text-line.schema.json", folder);
  expect(isRight(parse(text))).toBe(true);
  const described = JSON.parse(readFileSync(join(folder, "text-line.schema.json"), "utf8")) as {
    properties: Record<string, { description?: string }>;
  };
  expect(described.properties["halt"]?.description).toBe("Lines that cut all motion now, for an E-STOP.");
  expect(await printed(() => check([driver], {}))).toBe("driver.yaml: no faults\n");
  writeFileSync(join(folder, "text-line.schema.json"), "{}");
  expect(await printed(() => check([driver], {}))).toContain("of another version of its driver");
});
