import { basename } from "node:path";
import type { Fault, Outcome } from "@labloop/contracts";
import { parseDocument } from "yaml";
import { loadPool } from "../bench/load-pool.ts";
import { type ExitCode, exitCode } from "../exit-code.ts";
import { loadCampaign } from "../lab/load-campaign.ts";
import { loadLab } from "../lab/load-lab.ts";
import { loadProtocol } from "../lab/load-protocol.ts";
import { readSource } from "../lab/read-source.ts";
import { faultText, print, printJson, say } from "../say.ts";

/** `labloop check FILE…`: checks campaigns, protocols, labs and pools, and reports every fault at once. */
export async function check(files: readonly string[], flags: { json?: boolean; lab?: string }): Promise<ExitCode> {
  const sources = files.map((file) => ({ file, source: readSource(file) }));
  const kinds = sources.map(({ source }) => (source.ok ? kindOf(source.value.text) : null));
  // A protocol alone says nothing of its lab; one that is checked along with it is the one that is meant.
  const lab = flags.lab ?? files[kinds.indexOf("lab")];
  const found: Fault[] = [];
  for (const [index, { file, source }] of sources.entries()) {
    const checked = source.ok ? await checkAs(kinds[index] ?? "campaign", file, { ...flags, beside: lab }) : source;
    if (!checked.ok) found.push(...checked.faults);
  }
  // A campaign's check reaches into its protocol and its lab, which may have been named as well.
  const faults = [...new Map(found.map((fault) => [JSON.stringify(fault), fault])).values()];
  const ok = faults.length === 0;
  if (flags.json === true) printJson({ v: 1, ok, faults });
  else if (ok) print(`${files.map((file) => basename(file)).join(", ")}: no faults`);
  else {
    for (const fault of faults) say(faultText(fault));
    say(`${faults.length} ${faults.length === 1 ? "fault" : "faults"}`);
  }
  return ok ? exitCode.done : exitCode.checkFaults;
}

async function checkAs(
  kind: Kind,
  file: string,
  { lab, beside }: { readonly lab?: string; readonly beside: string | undefined },
): Promise<Outcome<unknown>> {
  switch (kind) {
    case "lab":
      return loadLab(file);
    case "pool":
      return loadPool(file);
    case "campaign":
      return loadCampaign(file, lab);
    case "protocol": {
      if (beside !== undefined) return loadProtocol(file, beside);
      const hint = "add --lab FILE, or check the campaign that names the protocol";
      const message = "a protocol is checked against what a lab can do, and no lab was named";
      return { ok: false, faults: [{ code: "check.noLab", message, file, line: 1, column: 1, hint }] };
    }
  }
}

type Kind = "campaign" | "protocol" | "lab" | "pool";

/** What a document is, by the key that names it; a text that is none of them is checked as a campaign. */
function kindOf(text: string): Kind {
  const content: unknown = parseDocument(text, { logLevel: "silent" }).toJS({ maxAliasCount: 100 });
  const has = (key: string) => typeof content === "object" && content !== null && key in content;
  if (has("steps") && has("roles")) return "protocol";
  if (has("pool") || (has("inputs") && has("table"))) return "pool";
  return has("devices") ? "lab" : "campaign";
}
