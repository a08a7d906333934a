import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { RecordedEvent } from "@labloop/contracts";
import { readJournal } from "@labloop/journal";
import { loadCampaign, runCampaign } from "../../src/index.ts";

const root = fileURLToPath(new URL("../../../../", import.meta.url));
const silent = { debug() {}, info() {}, warn() {}, error() {} };

/** The demo campaign, cut to a few experiments, with its data folder. */
export interface ShortRun {
  readonly folder: string;
  readonly events: readonly RecordedEvent[];
  /** Removes what it left on disk. */
  remove(): void;
}

/** Runs the demo campaign with four experiments in virtual time; `change` alters its file's text. */
export async function shortRun(change: (text: string) => string = (text) => text): Promise<ShortRun> {
  const parent = mkdtempSync(join(tmpdir(), "labloop-cli-"));
  const original = join(root, "protocols", "crossed-barrel");
  const text = readFileSync(join(original, "campaign.yaml"), "utf8")
    .replace("experiments: 60", "experiments: 4")
    .replace("../../simulator/labs/demo/lab.yaml", join(root, "simulator", "labs", "demo", "lab.yaml"))
    .replace("protocol: protocol.yaml", `protocol: ${join(original, "protocol.yaml")}`)
    .replace("candidates: candidates.csv", `candidates: ${join(original, "candidates.csv")}`);
  mkdirSync(join(parent, "campaign"));
  const file = join(parent, "campaign", "campaign.yaml");
  writeFileSync(file, change(text));
  const campaign = await loadCampaign(file);
  if (!campaign.ok) throw new Error(campaign.faults.map(({ message }) => message).join("; "));
  const folder = join(parent, "data");
  await runCampaign({
    campaign: campaign.value,
    data: folder,
    seed: 7,
    clock: "virtual",
    scale: 1,
    broker: undefined,
    log: silent,
    dashboard: null,
    onRecord: () => undefined,
    onOpen: () => undefined,
  });
  const reader = readJournal(join(folder, "journal.db"));
  try {
    return { folder, events: [...reader.events()], remove: () => rmSync(parent, { recursive: true, force: true }) };
  } finally {
    reader.close();
  }
}
