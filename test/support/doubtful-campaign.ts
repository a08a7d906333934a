import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "./launch.ts";

/** A short demo campaign in a lab of its own, and where its data go. */
export interface DoubtfulCampaign {
  readonly campaign: string;
  readonly data: string;
}

const drivers = ["marlin-gcode", "universal-robots-dashboard", "mettler-toledo-mt-sics", "mark10-esm"];

/**
 * Lays out the demo campaign, cut to a few experiments, in a lab whose first printer can never tell what became of a
 * print. The process is killed in the moment in which its first print has begun: after that, nobody knows but the world.
 */
export function doubtfulCampaign(folder: string, experiments: number): DoubtfulCampaign {
  mkdirSync(folder, { recursive: true });
  const write = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const printer = write("forgetful-printer.mjs", forgetfulPrinter(join(folder, "killed")));
  let lab = readFileSync(join(root, "simulator/labs/demo/lab.yaml"), "utf8")
    .replace('module: "@labloop/device-marlin-gcode"', `module: ${printer}`)
    .replace("../../worlds", join(root, "simulator/worlds"))
    .replace("designs: designs.csv", `designs: ${join(root, "simulator/labs/demo/designs.csv")}`);
  for (const name of drivers) {
    lab = lab.replaceAll(`"@labloop/device-${name}"`, join(root, "devices", name, "driver.ts"));
  }
  const original = join(root, "protocols/crossed-barrel");
  const campaign = readFileSync(join(original, "campaign.yaml"), "utf8")
    .replace("experiments: 60", `experiments: ${experiments}`)
    .replace("../../simulator/labs/demo/lab.yaml", write("lab.yaml", lab))
    .replace("protocol: protocol.yaml", `protocol: ${join(original, "protocol.yaml")}`)
    .replace("candidates: candidates.csv", `candidates: ${join(original, "candidates.csv")}`);
  return { campaign: write("campaign.yaml", campaign), data: join(folder, "data") };
}

/** The printer's real driver, but for its evidence; the kill leaves a mark, so that it comes once. */
function forgetfulPrinter(mark: string): string {
  return `import { existsSync, writeFileSync } from "node:fs";
import printer from ${JSON.stringify(pathToFileURL(join(root, "devices/marlin-gcode/driver.ts")).href)};

const { print } = printer.operations;
const mark = ${JSON.stringify(mark)};

async function start(...given) {
  await print.start(...given);
  if (existsSync(mark)) return;
  writeFileSync(mark, "");
  process.kill(process.pid, "SIGKILL");
}

async function probe() {
  return { outcome: "unknown", decisive: false, evidence: { counters: "this printer has lost its counters" } };
}

export default { ...printer, operations: { print: { ...print, start, probe } } };
`;
}
