import { type LabAnswers, labNameOf } from "./lab-answers.ts";
import { campaignWithout, protocolWithout } from "./campaign-without.ts";
import type { FirstValue, KnownDevice } from "./known-devices.ts";

/**
 * Returns the text of a first `protocol.yaml`: weigh, dose, weigh, and a step or two of whatever else the lab has; that alone
 * where it lacks balance or pump.
 */
export function protocolText({ further, isWithout }: Pick<LabAnswers, "further" | "isWithout">): string {
  if (isWithout === true) return protocolWithout(further);
  // An observation is made as soon as its values are there: what gives none comes before the last of them, to be part of it.
  const first = further.filter(isSilent).flatMap((device) => device.steps);
  const last = further.filter((device) => !isSilent(device)).flatMap((device) => device.steps);
  return `# How one experiment is done, in terms of roles: which device plays a role is
# decided when it runs. Check it:  labloop check protocol.yaml --lab lab.yaml
schemaVersion: 1
protocol: first-dose
version: 1.0.0
title: { en: "Weigh, dose, weigh" }

roles:            # role: capability
  pump: dosing-pump
  balance: balance
${further.map(({ name, capability }) => `  ${name}: ${capability}\n`).join("")}
inputs:           # what a proposal gives
  speed: { unit: rpm }
  time: { unit: s }

steps:
  # The balance belongs to one experiment from its first step to its last.
  - step: before
    use: balance.weigh
    part: { appears: balance }

  - step: dose
    use: pump.dose
    with: { speed: = speed, time: = time }

${first.map((lines) => `${stepText(lines, "")}\n`).join("")}  - step: after
    use: balance.weigh
${last.length === 0 ? leaves : last.map((lines, index) => `\n${stepText(lines, index === last.length - 1 ? leaves : "")}`).join("")}`;
}

const leaves = "    part: { from: balance }\n";

function stepText([name = "", ...lines]: readonly string[], part: string): string {
  return `  - ${name}\n${lines.map((line) => `    ${line}\n`).join("")}${part}`;
}

/** Whether no step of a device gives a value to observe. */
function isSilent({ observe = [] }: KnownDevice): boolean {
  return observe.length === 0;
}

/** Returns the text of a first `campaign.yaml`: which speed and time bring 5 g, or what can be asked of what the lab has. */
export function campaignText(answers: LabAnswers): string {
  if (answers.isWithout === true) return campaignWithout(answers);
  const { title, owner, further } = answers;
  const observed = further.flatMap(({ observe = [] }) => observe);
  const units = [...firstUnits, ...observed].map(({ name, unit }) => `${name}: ${unit}`);
  return `# What to vary, what to measure, and when to stop. Run it:
#   labloop run campaign.yaml --clock virtual
schemaVersion: 1
campaign: ${labNameOf(title)}-first-dose
title: { en: "Which speed and time bring 5 g?" }
description:
  en: "A pump doses into a vessel on a balance, which says what arrived."

lab: lab.yaml
protocol: protocol.yaml

# What may be tried. Where it is a list instead:
#   candidates: candidates.csv   and here units and titles alone.
parameters:
  speed: { unit: rpm, min: 50, max: 300, step: 1, title: { en: Pump speed } }
  time: { unit: s, min: 1, max: 10, step: 0.1, title: { en: Time it turns } }

# What an experiment has to keep, if there is anything: of its design, and of
# what is observed.
# constraints: [{ kind: expression, expression: speed * time, max: 2000 }]
# outcomeConstraints: { delivered: { max: 10 } }

observe:          # values computed from what the steps return
  delivered: after.mass - before.mass
  error: abs(after.mass - before.mass - 5 g)
${observed.map(({ name, expression }) => `  ${name}: ${expression}\n`).join("")}units:
${units.map((line) => `  ${line}\n`).join("")}
objective: { name: error, unit: g, goal: minimise }

budget: { experiments: 20 }
access: closed    # who may see the data: open, shared or closed
dataManager: ${JSON.stringify(owner)}
grant: null
${notesOf(further)}`;
}

const firstUnits: readonly Pick<FirstValue, "name" | "unit">[] = [
  { name: "delivered", unit: "g" },
  { name: "error", unit: "g" },
];

/** Which devices give no value. */
function notesOf(further: readonly KnownDevice[]): string {
  const silent = further.filter(isSilent).map(({ name }) => name);
  return silent.length === 0 ? "" : `# Takes part and returns no number to observe: ${silent.join(", ")}.\n`;
}
