import { type LabAnswers, labNameOf } from "./lab-answers.ts";

/** Returns the text of a first `protocol.yaml`: weigh, dose, weigh. */
export function protocolText(): string {
  return `# How one experiment is done, in terms of roles: which device plays a role is decided when it runs.
schemaVersion: 1
protocol: first-dose
version: 1.0.0
title: { en: "Weigh, dose, weigh" }

roles:            # role: capability
  pump: dosing-pump
  balance: balance

inputs:           # what a proposal gives
  speed: { unit: rpm }
  time: { unit: s }

steps:
  # The balance belongs to one experiment from its first reading to its second.
  - step: before
    use: balance.weigh
    part: { appears: balance }

  - step: dose
    use: pump.dose
    with: { speed: = speed, time: = time }

  - step: after
    use: balance.weigh
    part: { from: balance }
`;
}

/** Returns the text of a first `campaign.yaml`: which speed and time bring 5 g. */
export function campaignText({ title, owner }: LabAnswers): string {
  return `# What to vary, what to measure, and when to stop. Run it:  labloop run campaign.yaml --clock virtual
schemaVersion: 1
campaign: ${labNameOf(title)}-first-dose
title: { en: "Which speed and time bring 5 g?" }
description: { en: "A first campaign: a pump doses into a vessel on a balance, which says what arrived." }

lab: lab.yaml
protocol: protocol.yaml

# What may be tried. Where it is a list instead: candidates: candidates.csv, and here units and titles alone.
parameters:
  speed: { unit: rpm, min: 50, max: 300, step: 1, title: { en: Speed of the pump } }
  time: { unit: s, min: 1, max: 10, step: 0.1, title: { en: Time it turns } }

# What an experiment has to keep, if there is anything: of its design, and of what is observed.
# constraints: [{ kind: expression, expression: speed * time, max: 2000 }]
# outcomeConstraints: { delivered: { max: 10 } }

observe:          # values computed from what the steps return
  delivered: after.mass - before.mass
  error: abs(after.mass - before.mass - 5 g)
units: { delivered: g, error: g }

objective: { name: error, unit: g, goal: minimise }

budget: { experiments: 20 }
access: closed    # who may see the data: open, shared or closed
dataManager: ${JSON.stringify(owner)}
grant: null
`;
}
