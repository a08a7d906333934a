import {
  type CalibrationNeed,
  type CalibrationStatement,
  type DeviceCaps,
  LabDocument,
  type MaintenanceWatch,
  type SafetyDocument,
  type ValueSpecs,
} from "@labloop/contracts";
import { sha256 } from "@labloop/contracts/digest";
import { exampleDesigns } from "@labloop/optimizer";
import { checkCampaign, describeLab } from "@labloop/protocol";
import type { Recipe } from "../../src/index.ts";

/** `calibration` as a lab file writes it. */
export type WrittenCalibration = (typeof CalibrationStatement)["_input"];

/** One of `maintenance` as a lab file writes it. */
export type WrittenMaintenance = (typeof MaintenanceWatch)["_input"];

/** `safety` as a lab file writes it. */
export type WrittenSafety = (typeof SafetyDocument)["_input"];

/** A lab, a protocol and a campaign that fit together. */
export interface TestLab {
  readonly recipe: Recipe;
  readonly caps: Readonly<Record<string, DeviceCaps>>;
}

const candidates = `amount\n${Array.from({ length: 12 }, (_, index) => index + 1).join("\n")}\n`;
const amount = { amount: { type: "quantity", unit: "mL", minimum: 0, maximum: 100 } } as const;
const mass = { mass: { type: "quantity", unit: "g" } } as const;

/** One device and one step: mix an amount, and see how much comes out of it. */
export function mixingLab(experiments: number, safety: WrittenSafety = {}, more = ""): TestLab {
  const steps = `
  - { step: mix, use: mixer.mix, with: { amount: "= amount" }${more} }`;
  return labOf({
    experiments,
    roles: { mixer: "mixer" },
    steps,
    observe: "mix.mass",
    safety,
    caps: { "mixer-1": capsOf("mixer", { mix: operation(amount, mass) }) },
  });
}

/** The same over a range in place of a list; `asked` is what the campaign file says of parameters and of what is asked. */
export function searchingLab(experiments: number, asked: string, safety: WrittenSafety = {}): TestLab {
  return labOf({
    experiments,
    roles: { mixer: "mixer" },
    steps: `
  - { step: mix, use: mixer.mix, with: { amount: "= amount" } }`,
    observe: "mix.mass",
    safety,
    caps: { "mixer-1": capsOf("mixer", { mix: operation(amount, mass) }) },
    asked,
  });
}

/** A mixer that takes one of two solvents as well, of which oil halves what comes out; `asked` as for `searchingLab`. */
export function solventLab(experiments: number, asked: string): TestLab {
  const solvent = { solvent: { type: "string" as const, enum: ["water", "oil", "ether"] } };
  return labOf({
    experiments,
    roles: { mixer: "mixer" },
    steps: `
  - { step: mix, use: mixer.mix, with: { amount: "= amount", solvent: "= solvent" } }`,
    observe: "mix.mass",
    safety: {},
    caps: { "mixer-1": capsOf("mixer", { mix: operation({ ...amount, ...solvent }, mass) }) },
    inputs: "{ amount: { unit: mL }, solvent: { options: [water, oil] } }",
    asked,
  });
}

/** A mixer that tells what came out, and, rinsed afterwards, what was wasted; `judged` is what the campaign file makes of the two. */
export function rinsingLab(experiments: number, judged: string): TestLab {
  const waste = { waste: { type: "quantity", unit: "g" } } as const;
  return labOf({
    experiments,
    roles: { mixer: "mixer" },
    steps: `
  - { step: mix, use: mixer.mix, with: { amount: "= amount" } }
  - { step: rinse, use: mixer.rinse }`,
    observe: "mix.mass",
    safety: {},
    caps: { "mixer-1": capsOf("mixer", { mix: operation(amount, mass), rinse: operation({}, waste) }) },
    asked: "parameters: { amount: { unit: mL, min: 1, max: 50, step: 0.5 } }",
    judged: `observe: { mass: mix.mass, waste: rinse.waste }
units: { mass: g, waste: g }
${judged}`,
  });
}

/** A mixer that takes as long as its volume at its rate, with 2 s for itself; what it is told follows from a dose and a flow. */
export function pouringLab(experiments: number, cost: string): TestLab {
  const rate = { rate: { type: "quantity", unit: "mL/min", minimum: 0, maximum: 6_000 } } as const;
  const mix = operation({ ...amount, ...rate }, mass);
  const byParams = { baseMs: 2_000, terms: [{ ms: 60_000, of: ["amount"], per: ["rate"] }] };
  return labOf({
    experiments,
    roles: { mixer: "mixer" },
    steps: `
  - { step: mix, use: mixer.mix, with: { amount: "= 3 * dose - 1 mL", rate: "= flow" } }
  - { step: rinse, use: mixer.rinse }`,
    observe: "mix.mass",
    safety: {},
    caps: {
      "mixer-1": capsOf("mixer", {
        mix: { ...mix, duration: { typicalMs: 10_000, maxMs: 3_600_000, byParams } },
        rinse: operation({}, {}),
      }),
    },
    inputs: "{ dose: { unit: mL }, flow: { unit: uL/s } }",
    asked: `parameters: { dose: { unit: mL, min: 1, max: 30 }, flow: { unit: uL/s, min: 100, max: 4000 } }\n${cost}`,
  });
}

/** A person who mixes by hand, in place of a mixer; `result` is what they say of it. */
export function askingLab(experiments: number, result: ValueSpecs = mass): TestLab {
  const mix = { ...operation(amount, result), asks: { instructions: { en: "Mix it by hand." }, fields: {} } };
  return labOf({
    experiments,
    roles: { mixer: "mixer" },
    steps: `
  - { step: mix, use: mixer.mix, with: { amount: "= amount" } }`,
    observe: "mix.mass",
    safety: {},
    caps: { "mixer-1": capsOf("mixer", { mix }) },
  });
}

/** A mixer that can be calibrated and cleaned by itself, with what its lab file says of that, and a campaign's control sample. */
export function upkeepLab(
  experiments: number,
  {
    calibration,
    need,
    maintenance,
    control = "",
    safety = {},
  }: {
    /** What the driver declares of its calibration. */
    need?: CalibrationNeed;
    calibration?: WrittenCalibration;
    maintenance?: readonly WrittenMaintenance[];
    control?: string;
    safety?: WrittenSafety;
  },
): TestLab {
  const certificate = { reference: { type: "string" } } as const;
  return labOf({
    experiments,
    roles: { mixer: "mixer" },
    steps: `
  - { step: mix, use: mixer.mix, with: { amount: "= amount" } }`,
    observe: "mix.mass",
    safety,
    caps: {
      "mixer-1": {
        ...capsOf("mixer", {
          mix: operation(amount, mass),
          calibrate: operation({}, certificate),
          clean: operation({}, {}),
        }),
        ...(need === undefined ? {} : { calibration: need }),
      },
    },
    control,
    ...(calibration === undefined ? {} : { calibration: { "mixer-1": calibration } }),
    ...(maintenance === undefined ? {} : { maintenance: { "mixer-1": maintenance } }),
  });
}

/** A part that is cast on one of several casters, carried to a gauge, measured, and carried to a bin. */
export function castingLab(experiments: number, casters = 1, safety: WrittenSafety = {}, control = ""): TestLab {
  const steps = `
  - { step: cast, use: caster.cast, with: { amount: "= amount" }, part: { appears: caster } }
  - { step: toGauge, use: mover.carry, with: { from: "= device(caster)", to: "= device(gauge)" }, part: { from: caster, to: gauge } }
  - { step: measure, use: gauge.measure }
  - { step: discard, use: mover.carry, with: { from: "= device(gauge)", to: "= place(bin)" }, part: { from: gauge } }`;
  const way = { from: { type: "string" }, to: { type: "string" } } as const;
  const castersCaps = Array.from({ length: casters }, (_, index): [string, DeviceCaps] => [
    `caster-${index + 1}`,
    capsOf("caster", { cast: operation(amount, {}) }),
  ]);
  return labOf({
    experiments,
    roles: { caster: "caster", mover: "mover", gauge: "gauge" },
    steps,
    observe: "measure.mass",
    safety,
    control,
    caps: {
      ...Object.fromEntries(castersCaps),
      "mover-1": capsOf("mover", { carry: operation(way, {}) }),
      "gauge-1": capsOf("gauge", { measure: operation({}, mass) }),
    },
  });
}

/** A balance before and after a shaker, which can be stopped without harm. */
export function shakingLab(experiments: number): TestLab {
  return labOf({
    experiments,
    roles: { scale: "scale", shaker: "shaker" },
    steps: `
  - { step: before, use: scale.measure }
  - { step: shake, use: shaker.shake, with: { amount: "= amount" } }
  - { step: after, use: scale.measure }`,
    observe: "after.mass",
    before: "before.mass",
    safety: {},
    caps: {
      "scale-1": capsOf("scale", { measure: operation({}, mass) }),
      "shaker-1": capsOf("shaker", { shake: { ...operation(amount, {}), stoppable: true } }),
    },
  });
}

function operation(
  params: DeviceCaps["operations"][string]["params"],
  result: DeviceCaps["operations"][string]["result"],
): DeviceCaps["operations"][string] {
  const duration = { typicalMs: 10_000, maxMs: 60_000 };
  return { title: "x", version: "1", params, result, retryClass: "non-repeatable", duration, stoppable: false };
}

function capsOf(capability: string, operations: DeviceCaps["operations"]): DeviceCaps {
  return {
    kind: `test-${capability}`,
    capability,
    driverVersion: "1.0.0",
    serial: "S-1",
    firmware: null,
    operations,
    contract: { major: 1, features: [] },
    heartbeatMs: 1_000,
    telemetry: { temperature: { unit: "degC" } },
  };
}

function labOf(parts: {
  experiments: number;
  roles: Record<string, string>;
  steps: string;
  observe: string;
  /** What is observed besides the mass. */
  before?: string;
  safety: WrittenSafety;
  caps: Record<string, DeviceCaps>;
  control?: string;
  asked?: string;
  /** What the campaign observes and improves, where that is not the mass alone. */
  judged?: string;
  inputs?: string;
  calibration?: Record<string, WrittenCalibration>;
  maintenance?: Record<string, readonly WrittenMaintenance[]>;
}): TestLab {
  const protocol = `
schemaVersion: 1
protocol: kitchen
version: 1.0.0
title: { en: Kitchen }
roles: ${JSON.stringify(parts.roles)}
inputs: ${parts.inputs ?? "{ amount: { unit: mL } }"}
steps:${parts.steps}
`;
  const campaign = `
schemaVersion: 1
campaign: kitchen
title: { en: Kitchen }
description: { en: Kitchen }
lab: lab.yaml
protocol: protocol.yaml
${parts.asked ?? "candidates: candidates.csv\nparameters: { amount: { unit: mL } }"}
${
  parts.judged ??
  `objective: { name: mass, unit: g, goal: maximise }
observe: { mass: ${parts.observe}${parts.before === undefined ? "" : `, before: ${parts.before}`} }
units: { mass: g${parts.before === undefined ? "" : ", before: g"} }`
}
budget: { experiments: ${parts.experiments} }
access: open
dataManager: test
grant: null
${parts.control ?? ""}
`;
  const devices = Object.fromEntries(
    Object.keys(parts.caps).map((id) => {
      const [calibration, maintenance] = [parts.calibration?.[id], parts.maintenance?.[id]];
      return [id, { module: "test", config: {}, transport: { plant: "test" }, calibration, maintenance }];
    }),
  );
  const document = LabDocument.parse({
    schemaVersion: 1,
    lab: "kitchen",
    title: { en: "A kitchen" },
    mode: "simulated",
    owner: "test",
    contact: "test",
    world: "test",
    devices,
    places: ["bin"],
    tables: {},
  });
  // YAML is a superset of JSON.
  const lab = JSON.stringify({ ...document, safety: parts.safety });
  const source = (file: string, text: string) => ({ file, text });
  const checked = checkCampaign({
    campaign: source("campaign.yaml", campaign),
    protocol: source("protocol.yaml", protocol),
    lab: source("lab.yaml", lab),
    ...(parts.asked === undefined ? { candidates: source("candidates.csv", candidates) } : {}),
    examplesOf: (study) => exampleDesigns(study, 64),
    tables: {},
    description: describeLab(document, parts.caps, {}),
  });
  if (!checked.ok) throw new Error(checked.faults.map((fault) => `${fault.code}: ${fault.message}`).join("\n"));
  return {
    recipe: {
      checked: checked.value,
      digests: {
        campaign: sha256(campaign),
        protocol: sha256(protocol),
        lab: sha256(lab),
        ...(parts.asked === undefined ? { candidates: sha256(candidates) } : {}),
      },
      seed: 5,
      actor: { kind: "operator", name: "tester" },
    },
    caps: parts.caps,
  };
}
