import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeEach, expect, test } from "vitest";
import { parse, stringify } from "yaml";
import { loadCampaign } from "../../src/lab/load-campaign.ts";
import { loadLab } from "../../src/lab/load-lab.ts";

const root = fileURLToPath(new URL("../../../../", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "labloop-partly-"));
const [lab, protocol, campaign] = ["lab.yaml", "protocol.yaml", "campaign.yaml"].map((name) => join(folder, name)) as [
  string,
  string,
  string,
];
afterAll(() => rmSync(folder, { recursive: true }));

beforeEach(() => {
  cpSync(join(root, "simulator/labs/demo"), folder, { recursive: true });
  cpSync(join(root, "protocols/crossed-barrel"), folder, { recursive: true });
  // One printer says as much as five.
  change(lab, /^ {2}printer-[2-5]:\n.*\n.*\n/gm, "");
  change(campaign, /^lab: .*$/m, "lab: lab.yaml");
});

function change(file: string, from: RegExp | string, to: string): void {
  writeFileSync(file, readFileSync(file, "utf8").replace(from, to));
}

/** What is wrong with the campaign, as file and code, in order. */
async function faultsOf(): Promise<string[]> {
  const loaded = await loadCampaign(campaign);
  return loaded.ok ? [] : loaded.faults.map(({ file, code }) => `${basename(file ?? "")} ${code}`);
}

type Path = (string | number)[];

function pathsIn(value: unknown, path: Path = []): Path[] {
  // A device's config is judged by its driver.
  if (typeof value !== "object" || value === null || path.includes("config")) return [path];
  const entries = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return [path, ...entries.flatMap(([key, inner]) => pathsIn(inner, [...path, key]))];
}

test("what the schema refuses of a lab makes no other fault in it, nor in the protocol and the campaign", async () => {
  const text = readFileSync(lab, "utf8");
  for (const at of pathsIn(parse(text)).filter(({ length }) => length > 0)) {
    const document = parse(text) as Record<string | number, unknown>;
    let node = document;
    for (const step of at.slice(0, -1)) node = node[step] as typeof node;
    node[at.at(-1) ?? ""] = null;
    writeFileSync(lab, stringify(document));
    const further = (await faultsOf()).filter((fault) => !fault.startsWith("lab.yaml document."));
    expect({ at, further }).toEqual({ at, further: [] });
  }
});

test.each([
  ["a key that is missing", /^owner: .*\n/m, "", "document.missing"],
  ["a device without a module", '    module: "@labloop/device-mettler-toledo-mt-sics"\n', "", "document.missing"],
  ["a driver that is not there", "device-mettler-toledo-mt-sics", "device-nowhere", "lab.moduleNotFound"],
  ["a table that is not there", "designs.csv", "nowhere.csv", "file.notReadable"],
])("%s hides no fault of the safety rules, the protocol and the campaign", async (_what, from, to, code) => {
  change(lab, from, to);
  change(lab, "operation: compress", "operation: crush");
  change(protocol, "speed: 30 mm/min", "speed: 30 mm");
  change(protocol, "place(bin)", "place(bim)");
  change(campaign, /^ {2}toughness: J$/m, "  toughness: N");
  change(campaign, "unit: J, goal", "unit: N, goal");
  const faults = await faultsOf();
  expect(faults.toSorted()).toEqual(
    [
      "campaign.yaml campaign.observedUnit",
      ...(code === "file.notReadable" ? [] : [`lab.yaml ${code}`]),
      "lab.yaml envelope.operationUnknown",
      ...(code === "file.notReadable" ? [`nowhere.csv ${code}`] : []),
      "protocol.yaml lab.placeUnknown",
      "protocol.yaml protocol.paramUnit",
    ].toSorted(),
  );
});

test("a device that cannot be loaded is missing nowhere, and one that the lab does not name is", async () => {
  change(lab, "device-mark10-esm", "device-nowhere");
  change(lab, "- capability: fdm-printer", "- device: tester2");
  const loaded = await loadLab(lab);
  const codes = loaded.ok ? [] : loaded.faults.map(({ code }) => code);
  expect(codes).toEqual(["lab.moduleNotFound", "envelope.deviceUnknown"]);
  // Where the file says what the device is for, another capability is missing all the same.
  change(lab, /^ {2}tester:$/m, "  tester:\n    capability: compression-tester");
  change(lab, "- device: tester2", "- capability: centrifuge");
  const again = await loadLab(lab);
  expect(again.ok ? [] : again.faults.map(({ code }) => code)).toEqual([
    "lab.moduleNotFound",
    "envelope.capabilityUnknown",
  ]);
});

test("a driver that does not load is one fault to a run as it is to a check: what it would have offered is not called missing", async () => {
  writeFileSync(join(folder, "balance.ts"), "export default {\n  a: 1\n  b: 2,\n};\n");
  change(lab, '"@labloop/device-mettler-toledo-mt-sics"', "./balance.ts");
  const checked = await loadCampaign(campaign, undefined, { isolation: "process" });
  const run = await loadCampaign(campaign, undefined, { isolation: "process", broken: "leave-out" });
  if (run.ok || checked.ok) throw new Error("a campaign without its balance was taken");
  expect(run.faults).toEqual(checked.faults);
  expect(run.faults.map(({ code, hint }) => `${code}: ${hint}`)).toEqual([
    `lab.moduleNotLoaded: the error is in ${join(folder, "balance.ts")}:3`,
  ]);
});
