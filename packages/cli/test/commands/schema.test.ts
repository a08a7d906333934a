import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Ajv } from "ajv";
import formats from "ajv-formats";
import { afterAll, describe, expect, test, vi } from "vitest";
import { parse } from "yaml";
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

function compile(name: string) {
  const ajv = new Ajv({ strict: false });
  formats.default(ajv);
  return ajv.compile(JSON.parse(readFileSync(join(out, name), "utf8")) as object);
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
