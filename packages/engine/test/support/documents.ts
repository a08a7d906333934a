import type { DeviceCaps } from "@labloop/contracts";
import { sha256 } from "@labloop/contracts/digest";
import { checkCampaign, describeLab } from "@labloop/protocol";
import type { Recipe } from "../../src/index.ts";

const lab = `
schemaVersion: 1
lab: kitchen
title: { en: A kitchen }
mode: simulated
owner: test
contact: test
devices:
  mixer-1: { module: mixer, transport: { plant: mixer } }
`;

const protocol = `
schemaVersion: 1
protocol: mixing
version: 1.0.0
title: { en: Mixing }
roles: { mixer: mixer }
inputs: { amount: { unit: mL } }
steps:
  - step: mix
    use: mixer.mix
    with: { amount: "= amount" }
`;

const campaignText = (experiments: number) => `
schemaVersion: 1
campaign: mixing
title: { en: Mixing }
description: { en: Mixing }
lab: lab.yaml
protocol: protocol.yaml
candidates: candidates.csv
parameters: { amount: { unit: mL } }
objective: { name: yield, unit: g, goal: maximise }
observe: { yield: mix.yield }
units: { yield: g }
budget: { experiments: ${experiments} }
access: open
dataManager: test
grant: null
`;

const candidates = `amount\n${Array.from({ length: 12 }, (_, index) => index + 1).join("\n")}\n`;

/** What the one device of the test lab announces. */
export const mixerCaps: DeviceCaps = {
  kind: "mixer",
  capability: "mixer",
  driverVersion: "1.0.0",
  serial: "M-1",
  firmware: null,
  operations: {
    mix: {
      title: "Mix",
      version: "1.0.0",
      params: { amount: { type: "quantity", unit: "mL", minimum: 0, maximum: 100 } },
      result: { yield: { type: "quantity", unit: "g" } },
      retryClass: "non-repeatable",
      duration: { typicalMs: 10_000, maxMs: 60_000 },
      stoppable: false,
    },
  },
  contract: { major: 1, features: [] },
  heartbeatMs: 1_000,
};

/** Returns a checked one-device campaign of so many experiments. */
export function mixingRecipe(experiments: number): Recipe {
  const campaign = campaignText(experiments);
  const source = (file: string, text: string) => ({ file, text });
  const checked = checkCampaign({
    campaign: source("campaign.yaml", campaign),
    protocol: source("protocol.yaml", protocol),
    lab: source("lab.yaml", lab),
    candidates: source("candidates.csv", candidates),
    tables: {},
    description: describeLab(
      {
        schemaVersion: 1,
        lab: "kitchen",
        title: { en: "A kitchen" },
        mode: "simulated",
        owner: "test",
        contact: "test",
        devices: { "mixer-1": { module: "mixer", config: {}, transport: { plant: "mixer" } } },
        places: [],
        tables: {},
      },
      { "mixer-1": mixerCaps },
      {},
    ),
  });
  if (!checked.ok) throw new Error(checked.faults.map((fault) => `${fault.code}: ${fault.message}`).join("\n"));
  return {
    checked: checked.value,
    digests: {
      campaign: sha256(campaign),
      protocol: sha256(protocol),
      lab: sha256(lab),
      candidates: sha256(candidates),
    },
    seed: 5,
    actor: { kind: "operator", name: "tester" },
  };
}
