import { basename } from "node:path";
import type { Fault } from "@labloop/contracts";
import { parseDocument } from "yaml";
import { type ExitCode, exitCode } from "../exit-code.ts";
import { loadCampaign } from "../lab/load-campaign.ts";
import { loadLab } from "../lab/load-lab.ts";
import { loadProtocol } from "../lab/load-protocol.ts";
import { readSource } from "../lab/read-source.ts";
import { faultText, print, printJson, say } from "../say.ts";

/** `labloop check FILE…`: checks campaigns, protocols and labs, and reports every fault at once. */
export async function check(files: readonly string[], flags: { json?: boolean; lab?: string }): Promise<ExitCode> {
  const faults: Fault[] = [];
  for (const file of files) faults.push(...(await checkFile(file, flags.lab)));
  const ok = faults.length === 0;
  if (flags.json === true) printJson({ v: 1, ok, faults });
  else if (ok) print(`${files.map((file) => basename(file)).join(", ")}: no faults`);
  else {
    for (const fault of faults) say(faultText(fault));
    say(`${faults.length} ${faults.length === 1 ? "fault" : "faults"}`);
  }
  return ok ? exitCode.done : exitCode.checkFaults;
}

async function checkFile(file: string, lab: string | undefined): Promise<readonly Fault[]> {
  const source = readSource(file);
  if (!source.ok) return source.faults;
  const checked = await checkAs(kindOf(source.value.text), file, lab);
  return checked.ok ? [] : checked.faults;
}

function checkAs(kind: "campaign" | "protocol" | "lab", file: string, lab: string | undefined) {
  if (kind === "lab") return loadLab(file);
  return kind === "protocol" && lab !== undefined ? loadProtocol(file, lab) : loadCampaign(file, lab);
}

/** What a document is, by the key that names it; a text that is none of them is checked as a campaign. */
function kindOf(text: string): "campaign" | "protocol" | "lab" {
  const content: unknown = parseDocument(text, { logLevel: "silent" }).toJS({ maxAliasCount: 100 });
  const has = (key: string) => typeof content === "object" && content !== null && key in content;
  if (has("steps") && has("roles")) return "protocol";
  return has("devices") ? "lab" : "campaign";
}
