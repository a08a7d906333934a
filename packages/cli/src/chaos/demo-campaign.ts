import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parse, parseDocument } from "yaml";
import * as z from "zod";

const original = fileURLToPath(new URL("../../../../protocols/crossed-barrel/campaign.yaml", import.meta.url));

const Taught = z.record(z.string(), z.string());

/** The files of the demonstration's campaign. */
export interface DemoCampaign {
  readonly campaign: string;
  readonly lab: string;
  /** What the arm was taught, by `from>to`. */
  readonly programs: Readonly<Record<string, string>>;
}

/** Writes the demo campaign, cut to so many experiments, into a folder, and returns where it and its lab are. */
export function writeDemoCampaign(folder: string, experiments: number): DemoCampaign {
  const document = parseDocument(readFileSync(original, "utf8"));
  for (const key of ["lab", "protocol", "candidates"]) {
    document.set(key, resolve(dirname(original), String(document.get(key))));
  }
  document.setIn(["budget", "experiments"], experiments);
  const campaign = join(folder, "campaign.yaml");
  writeFileSync(campaign, document.toString());
  const lab = String(document.get("lab"));
  const programs: unknown = parse(readFileSync(lab, "utf8"))?.devices?.arm?.config?.programs;
  return { campaign, lab, programs: Taught.parse(programs) };
}
