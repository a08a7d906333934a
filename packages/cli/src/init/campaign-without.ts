import { type LabAnswers, labNameOf } from "./lab-answers.ts";
import type { KnownDevice, VariedFirst } from "./known-devices.ts";

/** What is varied where no device has anything to vary. */
const samples = "options: [A, B, C]";

/** Returns the text of a first `protocol.yaml` of a lab without balance or pump: a step or two of each of its devices. */
export function protocolWithout(devices: readonly KnownDevice[]): string {
  const varied = devices.find((device) => device.varied !== undefined);
  const hasBalance = devices.some(({ name }) => name === "balance");
  const steps = devices
    .toSorted(silentFirst)
    .flatMap((device) => (device === varied ? (device.varied?.steps ?? []) : device.steps));
  const text = steps.map(([name = "", ...lines]) => `  - ${name}\n${lines.map((line) => `    ${line}\n`).join("")}`);
  return `# How one experiment is done, in terms of roles: which device plays a role is
# decided when it runs. Check it:  labloop check protocol.yaml --lab lab.yaml
schemaVersion: 1
protocol: first-steps
version: 1.0.0
title: { en: "A step of everything" }

roles:            # role: capability
${devices.map(({ name, capability }) => `  ${name}: ${capability}\n`).join("")}
inputs:           # what a proposal gives
${Object.entries(varied?.varied?.parameters ?? {})
  .map(([name, { unit }]) => `  ${name}: { unit: ${unit} }\n`)
  .join("")}${varied === undefined ? `  sample: { ${samples} }\n` : ""}
steps:
${text.join("\n").replaceAll("= device(balance)", hasBalance ? "= device(balance)" : `= place(${bench})`)}`;
}

/** The position from which parts are taken where there is no balance on which they would stand. */
export const bench = "bench";

/** Returns the text of a first `campaign.yaml` of a lab without balance or pump. */
export function campaignWithout({ title, owner, further: devices }: LabAnswers): string {
  const varied: VariedFirst | undefined = devices.find((device) => device.varied !== undefined)?.varied;
  const observed = devices.flatMap(({ observe = [] }) => observe);
  const [first] = observed;
  const values = varied === undefined ? observed : [{ name: "error", ...varied.error }, ...observed];
  const aim = varied === undefined ? first : values[0];
  const question = varied?.question ?? `Which sample has the least ${first?.name ?? ""}?`;
  const parameters = Object.entries(varied?.parameters ?? {}).map(
    ([name, { unit, range, title: called }]) => `  ${name}: { unit: ${unit}, ${range}, title: { en: ${called} } }\n`,
  );
  return `# What to vary, what to measure, and when to stop. Run it:
#   labloop run campaign.yaml --clock virtual
schemaVersion: 1
campaign: ${labNameOf(title)}-first-steps
title: { en: ${JSON.stringify(question)} }
description:
  en: "Everything that the lab has does a step, and what it measures is kept."

lab: lab.yaml
protocol: protocol.yaml

# What may be tried. Where it is a list instead:
#   candidates: candidates.csv   and here units and titles alone.
parameters:
${parameters.join("")}${varied === undefined ? `  sample: { ${samples}, title: { en: Sample } }   # a name: no step asks for it yet\n` : ""}
observe:          # values computed from what the steps return
${values.map(({ name, expression }) => `  ${name}: ${expression}\n`).join("")}units:
${values.map(({ name, unit }) => `  ${name}: ${JSON.stringify(unit)}\n`).join("")}
objective: { name: ${aim?.name}, unit: ${JSON.stringify(aim?.unit)}, goal: minimise }

budget: { experiments: 20 }
access: closed    # who may see the data: open, shared or closed
dataManager: ${JSON.stringify(owner)}
grant: null
`;
}

/** An observation is made as soon as its values are there: what gives none comes before the last of them, to be part of it. */
function silentFirst(a: KnownDevice, b: KnownDevice): number {
  return Math.min(1, a.observe?.length ?? 0) - Math.min(1, b.observe?.length ?? 0);
}
