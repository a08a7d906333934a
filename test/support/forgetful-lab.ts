import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "./launch.ts";

/** The demo's campaign and lab, copied into a folder, with drivers that can never tell what became of an act. */
export interface ForgetfulLab {
  readonly campaign: string;
  readonly lab: string;
}

const drivers = ["marlin-gcode", "universal-robots-dashboard", "mettler-toledo-mt-sics", "mark10-esm"] as const;

/** Each device's own driver. */
const driverOf = (text: string, device: string) =>
  new RegExp(`\\n {2}${device}:\\n {4}module: "@labloop/device-([a-z0-9-]+)"`).exec(text)?.[1] ?? "";

/**
 * Lays out the demo campaign, with so many experiments, in a lab in which the drivers of some devices have no evidence to
 * look for: what is cut short there, nobody knows but the world. `amend` returns further operations of such a driver, as
 * the source of an expression, given the expression for its own.
 */
export function forgetfulLab(
  folder: string,
  order: {
    readonly devices: readonly string[];
    readonly experiments?: number;
    readonly amend?: (operation: string) => string;
  },
): ForgetfulLab {
  mkdirSync(folder, { recursive: true });
  const write = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  let lab = readFileSync(join(root, "simulator/labs/demo/lab.yaml"), "utf8")
    .replace("../../worlds", join(root, "simulator/worlds"))
    .replace("designs: designs.csv", `designs: ${join(root, "simulator/labs/demo/designs.csv")}`);
  for (const device of order.devices) {
    const name = driverOf(lab, device);
    const forgetful = write(`forgetful-${name}.mjs`, forgetfulDriver(driverFile(name), order.amend));
    lab = lab.replace(
      `\n  ${device}:\n    module: "@labloop/device-${name}"`,
      `\n  ${device}:\n    module: ${forgetful}`,
    );
  }
  for (const name of drivers) lab = lab.replaceAll(`"@labloop/device-${name}"`, driverFile(name));
  const original = join(root, "protocols/crossed-barrel");
  const labFile = write("lab.yaml", lab);
  const campaign = readFileSync(join(original, "campaign.yaml"), "utf8")
    .replace("experiments: 60", `experiments: ${order.experiments ?? 60}`)
    .replace("../../simulator/labs/demo/lab.yaml", labFile)
    .replace("protocol: protocol.yaml", `protocol: ${join(original, "protocol.yaml")}`)
    .replace("candidates: candidates.csv", `candidates: ${join(original, "candidates.csv")}`);
  return { campaign: write("campaign.yaml", campaign), lab: labFile };
}

function driverFile(name: string): string {
  return join(root, "devices", name, "driver.ts");
}

/** A real driver, but for its evidence. */
function forgetfulDriver(file: string, amend: (operation: string) => string = () => "{}"): string {
  return `import { existsSync, writeFileSync } from "node:fs";
import driver from ${JSON.stringify(pathToFileURL(file).href)};

async function probe() {
  return { outcome: "unknown", decisive: false, evidence: { counters: "this device has lost its counters" } };
}

const operations = Object.entries(driver.operations).map(([name, operation]) => [
  name,
  { ...operation, probe, ...${amend("operation")} },
]);

export default { ...driver, operations: Object.fromEntries(operations) };
`;
}
