import { readFileSync } from "node:fs";
import type { DeviceCaps, LabDescription, Outcome } from "@labloop/contracts";
import { type CampaignSources, checkLab, describeLab, readTable, type SourceText } from "../../src/index.ts";

const root = new URL("../../../../", import.meta.url);

/** Reads a file of the repository. */
function sourceOf(file: string): SourceText {
  return { file, text: readFileSync(new URL(file, root), "utf8") };
}

/** Returns the value of an outcome; a fault fails the test with all it says. */
export function valueOf<T>(outcome: Outcome<T>): T {
  if (outcome.ok) return outcome.value;
  throw new Error(outcome.faults.map((fault) => JSON.stringify(fault)).join("\n"));
}

/** Returns the faults of an outcome as short texts: place, code. */
export function placesOf(outcome: Outcome<unknown>): string[] {
  return outcome.ok ? [] : outcome.faults.map(({ file, line, column, code }) => `${file}:${line}:${column} ${code}`);
}

const operation = { title: "", version: "1", stoppable: false };
const caps = { driverVersion: "1.0.0", serial: null, firmware: null, heartbeatMs: 1000 };
const contract: DeviceCaps["contract"] = { major: 1, features: [] };
const minute = 60_000;

const printer: DeviceCaps = {
  ...caps,
  contract,
  kind: "test-printer",
  capability: "fdm-printer",
  operations: {
    print: {
      ...operation,
      params: { file: { type: "string", pattern: "^[A-Z0-9]{1,8}\\.GCO$" } },
      result: { file: { type: "string" }, elapsed: { type: "quantity", unit: "s" } },
      retryClass: "non-repeatable",
      duration: { typicalMs: 45 * minute, maxMs: 240 * minute },
    },
  },
};

const arm: DeviceCaps = {
  ...caps,
  contract,
  kind: "test-arm",
  capability: "part-mover",
  operations: {
    transfer: {
      ...operation,
      params: { from: { type: "string" }, to: { type: "string" } },
      result: { program: { type: "string" } },
      retryClass: "non-repeatable",
      duration: { typicalMs: 45_000, maxMs: 10 * minute },
    },
  },
};

const balance: DeviceCaps = {
  ...caps,
  contract,
  kind: "test-balance",
  capability: "balance",
  operations: {
    weigh: {
      ...operation,
      params: {},
      result: { mass: { type: "quantity", unit: "g" } },
      retryClass: "retry-safe",
      duration: { typicalMs: 10_000, maxMs: 5 * minute },
    },
  },
};

const tester: DeviceCaps = {
  ...caps,
  contract,
  kind: "test-tester",
  capability: "compression-tester",
  operations: {
    compress: {
      ...operation,
      params: {
        travel: { type: "quantity", unit: "mm", minimum: 1, maximum: 200 },
        speed: { type: "quantity", unit: "mm/min", minimum: 1, maximum: 1100 },
      },
      result: {
        load: { type: "series", unit: "N" },
        travel: { type: "series", unit: "mm" },
        peak: { type: "quantity", unit: "N" },
      },
      retryClass: "non-repeatable",
      duration: {
        typicalMs: 3 * minute,
        maxMs: 30 * minute,
        byParams: { baseMs: 5_000, terms: [{ ms: 2 * minute, of: ["travel"], per: ["speed"] }] },
      },
    },
  },
};

/** What the devices of the demonstration lab can do, by device. */
const demoCaps: Readonly<Record<string, DeviceCaps>> = {
  "printer-1": printer,
  "printer-2": printer,
  "printer-3": printer,
  "printer-4": printer,
  "printer-5": printer,
  arm,
  balance,
  tester,
};

const lab = sourceOf("simulator/labs/demo/lab.yaml");
const designs = sourceOf("simulator/labs/demo/designs.csv");

/** The demonstration lab as its devices would describe it. */
export const demoDescription: LabDescription = describeLab(valueOf(checkLab(lab)), demoCaps, {
  designs: valueOf(readTable(designs)),
});

/** Sources of a campaign over a list. */
export type ListedSources = CampaignSources & Required<Pick<CampaignSources, "candidates">>;

/** The real documents of the demonstration. */
export const demoSources: ListedSources = {
  campaign: sourceOf("protocols/crossed-barrel/campaign.yaml"),
  protocol: sourceOf("protocols/crossed-barrel/protocol.yaml"),
  candidates: sourceOf("protocols/crossed-barrel/candidates.csv"),
  lab,
  examplesOf: ({ candidates = [] }) => candidates,
  tables: { designs },
  description: demoDescription,
};

/** Returns the demonstration with one text changed; `from` must stand in it once at least. */
export function changed(
  which: "campaign" | "protocol" | "lab" | "candidates",
  from: string,
  to: string,
): ListedSources {
  const source = demoSources[which];
  if (!source.text.includes(from)) throw new Error(`${source.file} does not contain ${from}`);
  return { ...demoSources, [which]: { ...source, text: source.text.replace(from, to) } };
}
