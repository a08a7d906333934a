import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { forgetfulLab } from "./forgetful-lab.ts";

/** A short demo campaign in a lab of its own, and where its data go. */
export interface DoubtfulCampaign {
  readonly campaign: string;
  readonly data: string;
}

/**
 * Lays out the demo campaign, cut to a few experiments, in a lab whose first printer can never tell what became of a
 * print. The process is killed in the moment in which its first print has begun: after that, nobody knows but the world.
 * With `wires`, the lab is a real one, and its instruments are at these addresses.
 */
export function doubtfulCampaign(
  folder: string,
  experiments: number,
  wires: Readonly<Record<string, string>> | null = null,
): DoubtfulCampaign {
  const amend = (operation: string) => deadlyStart(operation, join(folder, "killed"));
  const { campaign, lab } = forgetfulLab(folder, { devices: ["printer-1"], experiments, amend });
  if (wires !== null) writeFileSync(lab, realLab(readFileSync(lab, "utf8"), wires));
  return { campaign, data: join(folder, "data") };
}

/** A start that kills its process; it leaves a mark, so that this comes once. */
function deadlyStart(operation: string, mark: string): string {
  return `{
    async start(...given) {
      await ${operation}.start(...given);
      if (existsSync(${JSON.stringify(mark)})) return;
      writeFileSync(${JSON.stringify(mark)}, "");
      process.kill(process.pid, "SIGKILL");
    },
  }`;
}

/** The lab file with every instrument at its address, and no world. */
function realLab(lab: string, wires: Readonly<Record<string, string>>): string {
  let real = lab.replace("mode: simulated", "mode: real").replace(/^world: .*$/m, "");
  for (const [device, wire] of Object.entries(wires)) {
    real = real.replace(new RegExp(`(  ${device}:\\n(?: {4}.*\\n)*?    transport: ).*`), `$1{ tcp: "${wire}" }`);
  }
  return real;
}
