import type { LabDocument, RetryClass, Values } from "@labloop/contracts";
import { sleep } from "@labloop/contracts";
import { sha256 } from "@labloop/contracts/digest";
import { type ByteStream, capsOf, type DeviceDefinition, type Operation } from "@labloop/driver";
import type { Recipe } from "@labloop/engine";
import * as z from "zod";
import { exampleDesigns } from "@labloop/optimizer";
import { checkCampaign, describeLab } from "../../packages/protocol/src/index.ts";
import { massOf, type Plant } from "./world.ts";

/** A driver's hands on its instrument; every call may be the process's last. */
export interface Hands {
  readonly plant: Plant;
  readonly now: () => number;
  /** Throws when the process is dead or its wire is cut. */
  touch(stream: ByteStream): void;
  actuate(op: string, params: Values, durationMs: number): void;
}

interface Session {
  readonly stream: ByteStream;
}

const amount = { type: "quantity", unit: "mL", minimum: 1, maximum: 50 } as const;
const hopMs = 2;

/** How long each act takes, ms of lab time; casting goes on by itself for long, as printing does. */
const durations: Readonly<Record<string, number>> = { cast: 40_000, carry: 5_000, measure: 4_000, tare: 1_000 };

function operation(
  hands: Hands,
  name: string,
  shape: {
    readonly retryClass?: RetryClass;
    readonly params?: Operation<Session>["params"];
    readonly result?: Operation<Session>["result"];
    readonly isTelling: boolean;
    /** Whether there is nothing to read before it: then it starts in the turn in which its order comes in. */
    readonly startsAtOnce?: true;
  },
): Operation<Session> {
  const { plant } = hands;
  const durationMs = durations[name] ?? 1_000;
  const look = async (session: Session, clock: Parameters<typeof sleep>[0]) => {
    await sleep(clock, hopMs);
    hands.touch(session.stream);
  };
  const isBusy = () => plant.busyUntil > hands.now();
  const result = (): Values => (name === "measure" ? { mass: { value: plant.reading, unit: "g" } } : {});
  return {
    title: name,
    version: "1",
    params: { amount, ...shape.params },
    result: shape.result ?? {},
    ...(shape.retryClass === undefined ? {} : { retryClass: shape.retryClass }),
    duration: { typicalMs: durationMs, maxMs: durationMs * 3 },
    async baseline(session, _params, { linkClock }) {
      if (shape.startsAtOnce !== true) await look(session, linkClock);
      if (isBusy()) throw new Error("the instrument is busy");
      return { count: plant.count };
    },
    async start(session, params, _baseline, { linkClock }) {
      hands.touch(session.stream);
      hands.actuate(name, params, durationMs);
      await look(session, linkClock);
    },
    async watch(session, params, _baseline, { labClock, linkClock, signal }) {
      while (isBusy()) {
        await sleep(labClock, Math.max(500, Math.min(5_000, plant.busyUntil - hands.now())), signal);
        await look(session, linkClock);
      }
      return { state: "succeeded", result: result(), executed: params };
    },
    async probe(session, params, baseline, { linkClock }) {
      await look(session, linkClock);
      if (isBusy()) return { outcome: "running", decisive: true, evidence: {} };
      if (!shape.isTelling) return { outcome: "unknown", decisive: false, evidence: {} };
      if (plant.count === baseline["count"]) {
        return { outcome: "not-happened", decisive: true, isUnbegun: true, evidence: {} };
      }
      if (plant.cut !== null && plant.cut === plant.act) return { outcome: "partial", decisive: true, evidence: {} };
      const ending = { state: "succeeded", result: result(), executed: params } as const;
      return { outcome: "happened", decisive: true, evidence: {}, ending, isWhole: true };
    },
  };
}

/** Returns what each device of the lab is, as its driver has it in its hands. */
export function definitionOf(device: string, hands: Hands): DeviceDefinition<unknown, Session> {
  const place = { type: "string" } as const;
  const grams = { mass: { type: "quantity", unit: "g" } } as const;
  const operations: Record<string, DeviceDefinition<unknown, Session>["operations"]> = {
    caster: { cast: operation(hands, "cast", { isTelling: true }) },
    mover: { carry: operation(hands, "carry", { isTelling: false, params: { from: place, to: place } }) },
    gauge: {
      tare: operation(hands, "tare", { isTelling: false, startsAtOnce: true, retryClass: "idempotent" }),
      measure: operation(hands, "measure", { isTelling: true, retryClass: "retry-safe", result: grams }),
    },
  };
  const capability = device.split("-")[0] ?? "";
  return {
    kind: `fault-${capability}`,
    driverVersion: "1.0.0",
    capability,
    title: { en: capability, ja: capability },
    provenance: { manual: "test/fault/lab.ts", metHardware: false },
    config: z.unknown(),
    connect: async (stream) => ({ stream }),
    identify: () => ({ serial: "S-1", firmware: null }),
    async halt({ stream }) {
      hands.touch(stream);
      const { plant } = hands;
      if (plant.busyUntil <= hands.now()) return;
      plant.cut = plant.act;
      plant.busyUntil = hands.now();
    },
    operations: operations[capability] ?? {},
  };
}

export const deviceIds = ["caster-1", "mover-1", "gauge-1"] as const;

/** The campaign: a part is cast, carried, weighed and thrown away, twice. */
export const recipe: Recipe = recipeOf(2);
/** The same with one part. */
export const shortRecipe: Recipe = recipeOf(1);

function recipeOf(experiments: number): Recipe {
  const idle: Hands = {
    plant: { count: 0, busyUntil: 0, act: null, cut: null, reading: 0 },
    now: () => 0,
    touch() {},
    actuate() {},
  };
  const caps = Object.fromEntries(
    deviceIds.map((id) => {
      return [id, capsOf(definitionOf(id, idle), { serial: "S-1", firmware: null, heartbeatMs: 1_000 })];
    }),
  );
  const protocol = `
schemaVersion: 1
protocol: casting
version: 1.0.0
title: { en: Casting }
roles: { caster: caster, mover: mover, gauge: gauge }
inputs: { amount: { unit: mL } }
steps:
  - { step: cast, use: caster.cast, with: { amount: "= amount" }, part: { appears: caster } }
  - { step: tare, use: gauge.tare, with: { amount: "= amount" } }
  - { step: toGauge, use: mover.carry, with: { amount: "= amount", from: "= device(caster)", to: "= device(gauge)" }, part: { from: caster, to: gauge } }
  - { step: measure, use: gauge.measure, with: { amount: "= amount" } }
  - { step: discard, use: mover.carry, with: { amount: "= amount", from: "= device(gauge)", to: "= place(bin)" }, part: { from: gauge } }
`;
  const campaign = `
schemaVersion: 1
campaign: casting
title: { en: Casting }
description: { en: Casting }
lab: lab.yaml
protocol: protocol.yaml
candidates: candidates.csv
parameters: { amount: { unit: mL } }
objective: { name: mass, unit: g, goal: maximise }
observe: { mass: measure.mass }
units: { mass: g }
budget: { experiments: ${experiments} }
access: open
dataManager: test
grant: null
`;
  const candidates = `amount\n${Array.from({ length: 9 }, (_, index) => index + 1).join("\n")}\n`;
  const document: LabDocument = {
    schemaVersion: 1,
    lab: "fault",
    title: { en: "A lab in which everything goes wrong" },
    mode: "simulated",
    owner: "test",
    contact: "test",
    world: "test",
    devices: Object.fromEntries(
      deviceIds.map((id) => [id, { module: "test", config: {}, transport: { plant: "test" } }]),
    ),
    places: ["bin"],
    tables: {},
  };
  const lab = JSON.stringify(document);
  const source = (file: string, text: string) => ({ file, text });
  const checked = checkCampaign({
    campaign: source("campaign.yaml", campaign),
    protocol: source("protocol.yaml", protocol),
    lab: source("lab.yaml", lab),
    candidates: source("candidates.csv", candidates),
    examplesOf: (study) => exampleDesigns(study, 64),
    tables: {},
    description: describeLab(document, caps, {}),
  });
  if (!checked.ok) throw new Error(checked.faults.map(({ code, message }) => `${code}: ${message}`).join("\n"));
  return {
    checked: checked.value,
    digests: {
      campaign: sha256(campaign),
      protocol: sha256(protocol),
      lab: sha256(lab),
      candidates: sha256(candidates),
    },
    seed: 5,
    actor: { kind: "operator", name: "Ada" },
  };
}

/** Returns the result that a person reads off the instrument after an act. */
export function resultByHand(op: string, acted: number): Values {
  return op === "measure" ? { mass: { value: massOf(acted), unit: "g" } } : {};
}
