import {
  canonicalJson,
  commandIdOf,
  type LabEvent,
  type LabEventOf,
  type Observation,
  type RecordedEvent,
  type StepProvenance,
} from "@labloop/contracts";
import { openJournal } from "@labloop/journal";

/** The n-th of a row of ULIDs. */
const ulid = (n: number) => `01${String(n).padStart(24, "0")}`;
const digest = (letter: string) => letter.repeat(64);

/** When the campaign began, lab time. */
export const began = Date.UTC(2026, 0, 1);
const minutes = (count: number) => began + count * 60_000;
const stamp = (at: number) => new Date(at).toISOString();

/** A text that would do harm where it is not escaped. */
export const hostile = `</td><script>alert("x")</script> & 'quoted', "twice"\nand a new line`;

export const created: LabEventOf<"campaign.created"> = {
  type: "campaign.created",
  campaignId: ulid(1),
  campaign: "colour",
  title: { en: "The <reddest> drop", ja: "最も赤い液滴" },
  description: { en: "Finds the recipe of the reddest drop.", ja: "最も赤い液滴の配合を探す。" },
  parameterTitles: { iron: { en: "Iron", ja: "鉄" } },
  lab: "bench",
  mode: "simulated",
  seed: 7,
  documents: { campaign: digest("a"), protocol: digest("b"), lab: digest("c"), candidates: digest("d") },
  space: {
    parameters: [
      { name: "iron", unit: "mM", min: 0, max: 20 },
      { name: "pH", unit: "1", min: 2, max: 6 },
    ],
  },
  objective: { name: "redness", unit: "1", goal: "maximise" },
  experiments: 4,
  clock: { kind: "virtual", scale: 1, labAt: began, wallAt: began },
  actor: { kind: "operator", name: "Ada" },
  access: "open",
  dataManager: "Ada",
  grant: null,
};

const deviceFact = { bootId: "boot-1", jseq: 1, tWall: stamp(began) };

function announced(device: string, capability: string): LabEvent {
  return {
    type: "device.announced",
    device,
    caps: {
      kind: `${device}-kind`,
      capability,
      driverVersion: "1.2.3",
      serial: device === "pump" ? "P-1" : null,
      firmware: null,
      operations: {},
      contract: { major: 1, features: [] },
      heartbeatMs: 1_000,
    },
    capsHash: digest("e"),
  };
}

/** One experiment of the campaign: the number gives it its ids, its point and its times. */
export interface Experiment {
  readonly number: number;
  readonly iron: number;
  readonly redness: number | null;
  readonly predicted?: { mean: number; sd: number; interval90: [number, number] } | null;
  readonly replicate?: number;
  readonly failure?: Observation["failure"];
  readonly executed?: Observation["executed"];
}

const steps = ["dose", "read"] as const;

function provenance(experiment: Experiment, step: (typeof steps)[number]): StepProvenance {
  const { number } = experiment;
  const at = minutes(10 * number + (step === "dose" ? 0 : 4));
  return {
    step,
    commandId: commandIdOf(ulid(1_000 * number + steps.indexOf(step)), 1),
    attempt: 1,
    device: step === "dose" ? "pump" : "reader",
    serial: step === "dose" ? { value: "P-1" } : { value: null, reason: "the wire does not tell" },
    driver: "driver",
    driverVersion: "1.2.3",
    operation: step,
    operationVersion: "2.0.0",
    calibration:
      step === "dose"
        ? { value: { reference: "CAL-7", expires: "2027-01-31" } }
        : { value: null, reason: "the lab file states no calibration for it" },
    startedAt: { value: stamp(at) },
    endedAt: stamp(at + 180_000),
    rawDigest: digest("f"),
  };
}

export function observation(experiment: Experiment): Observation {
  const { number, iron, redness, failure = null } = experiment;
  const point = { iron, pH: 3 };
  return {
    observationId: ulid(100 + number),
    campaignId: created.campaignId,
    campaign: created.campaign,
    runId: ulid(200 + number),
    proposalId: ulid(300 + number),
    stepId: ulid(1_000 * number + 1),
    sample: { id: ulid(400 + number), parents: number === 1 ? [ulid(9_001), ulid(9_002)] : [] },
    requested: point,
    executed: experiment.executed ?? { value: { ...point, iron: iron + 0.25 } },
    values:
      redness === null
        ? null
        : {
            redness: { value: redness, unit: "1", uncertainty: { value: 0.02 } },
            "drop mass": { value: 0.05, unit: "g", uncertainty: { value: null, reason: "nobody stated it" } },
          },
    failure,
    replicate: experiment.replicate ?? 1,
    mode: "simulated",
    actor: created.actor,
    access: created.access,
    dataManager: created.dataManager,
    grant: { value: null, reason: "the campaign file names no grant" },
    protocol: { name: "colour", version: "1.0.0", digest: digest("b") },
    planDigest: digest("9"),
    modelId: digest("8"),
    steps: failure === null ? steps.map((step) => provenance(experiment, step)) : [provenance(experiment, "dose")],
    observedAt: stamp(minutes(10 * number + 7)),
  };
}

function experimentEvents(experiment: Experiment): { at: number; event: LabEvent }[] {
  const { number, iron, failure = null } = experiment;
  const at = (minute: number, event: LabEvent) => ({ at: minutes(10 * number + minute), event });
  const proposalId = ulid(300 + number);
  const runId = ulid(200 + number);
  const parameters = { iron, pH: 3 };
  const best = {
    parameters: { iron: 5, pH: 3 },
    value: 0.5,
    interval90: [0.4, 0.6] as [number, number],
    observed: [0.5],
  };
  const done = failure === null ? steps : steps.slice(0, 1);
  return [
    at(-1, {
      type: "proposal.asked",
      proposalId,
      seed: 7,
      measurements: number - 1,
      pending: [],
      remaining: 4 - number,
    }),
    at(-1, {
      type: "proposal.made",
      proposalId,
      answer: {
        parameters,
        predicted: experiment.predicted ?? null,
        acquisition: { name: "maximin-distance", value: 0.5, incumbent: null },
        why: "far from everything",
        surrogate: {
          kind: "space-filling",
          kernel: null,
          lengthscales: [],
          noiseVariance: null,
          logPosterior: null,
          measurements: number - 1,
          distinct: number - 1,
        },
        best: number > 1 ? best : null,
      },
    }),
    at(-1, {
      type: "run.queued",
      runId,
      proposalId,
      sampleId: ulid(400 + number),
      parameters,
      plan: {
        protocol: "colour",
        version: "1.0.0",
        protocolDigest: digest("b"),
        parameters,
        roles: { pump: "pump", reader: "reader" },
        steps: steps.map((key) => ({
          key,
          role: key === "dose" ? "pump" : "reader",
          op: key,
          params: {},
          retryClass: "idempotent" as const,
          typicalMs: 180_000,
          maxMs: 600_000,
          after: key === "dose" ? [] : ["dose"],
          claims: [],
          partFrom: null,
          partTo: null,
        })),
        executedBy: [],
      },
      planDigest: digest("9"),
    }),
    ...done.flatMap((step, index) => {
      const commandId = commandIdOf(ulid(1_000 * number + index), 1);
      const start = index * 4;
      return [
        at(start, {
          type: "step.intended",
          runId,
          stepId: ulid(1_000 * number + index),
          stepKey: step,
          attempt: 1,
          commandId,
          device: step === "dose" ? "pump" : "reader",
          dseq: number,
          op: step,
          params: {},
          paramsHash: digest("7"),
          retryClass: "idempotent",
          ttlMs: 1_000,
          maxDurationMs: 600_000,
          bindings: {},
          decision: "first attempt",
        }),
        at(start, { type: "step.sent", commandId }),
        at(start, { type: "step.started", commandId, ...deviceFact }),
        at(
          start + 3,
          failure === null
            ? { type: "step.succeeded", commandId, result: {}, executed: {}, evidence: {}, late: false, ...deviceFact }
            : {
                type: "step.failed",
                commandId,
                physical: "unknown",
                error: { class: "device", code: failure.code, message: failure.message },
                evidence: {},
                late: false,
                ...deviceFact,
              },
        ),
      ];
    }),
    ...(failure === null
      ? []
      : [
          at(6, { type: "run.failing", runId, stepKey: "dose", code: failure.code, message: failure.message } as const),
        ]),
    at(7, { type: "observation.made", observation: observation(experiment) }),
    at(8, { type: "run.finished", runId, outcome: failure === null ? "done" : "failed", reason: "over" }),
  ];
}

/** Four experiments: two plain ones, one that failed with a hostile message, and a replicate. */
export const experiments: readonly Experiment[] = [
  { number: 1, iron: 5, redness: 0.5 },
  { number: 2, iron: 10, redness: 0.75, predicted: { mean: 0.6, sd: 0.1, interval90: [0.44, 0.76] } },
  { number: 3, iron: 15, redness: null, failure: { class: "crash", code: "device.stalled", message: hostile } },
  {
    number: 4,
    iron: 10,
    redness: 0.7,
    replicate: 2,
    predicted: { mean: 0.7, sd: 0.05, interval90: [0.62, 0.78] },
    executed: { value: null, reason: "the pump does not tell what it gave" },
  },
];

/** Records a campaign in a journal in memory and returns it as it is read back. */
export function recorded(
  made: readonly Experiment[] = experiments,
  options: { readonly origin?: LabEventOf<"campaign.created">; readonly isFinished?: boolean } = {},
): RecordedEvent[] {
  const { origin = created, isFinished = true } = options;
  const journal = openJournal({
    memory: true,
    cell: "main",
    holder: "test",
    leaseLifeMs: 10_000,
    monotonicNow: () => 0,
  });
  const lastAt = minutes(10 * made.length + 9);
  const best = {
    parameters: { iron: 10, pH: 3 },
    value: 0.72,
    interval90: [0.66, 0.78] as [number, number],
    observed: [0.75, 0.7],
  };
  const events = [
    { at: began, event: origin as LabEvent },
    { at: began, event: { type: "engine.started", engineId: "test", epoch: 1 } as const },
    { at: began, event: announced("reader", "plate-reader") },
    { at: began, event: announced("pump", "syringe-pump") },
    { at: began, event: { type: "campaign.started" } as const },
    ...made.flatMap(experimentEvents),
    ...(isFinished
      ? [
          {
            at: lastAt,
            event: {
              type: "campaign.finished",
              experiments: made.length,
              best,
              bestMeasured: { parameters: { iron: 10, pH: 3 }, value: 0.75 },
            } as const,
          },
        ]
      : []),
  ];
  try {
    for (const { at, event } of events) journal.append([event], { labAt: at, wallAt: at });
    return [...journal.read()];
  } finally {
    journal.close();
  }
}

/** The same campaign with two objectives in place of one: its outcome is a front. */
export function recordedFront(): RecordedEvent[] {
  const { objective, ...origin } = created;
  if (objective === undefined) throw new Error("the campaign of these tests has one objective");
  const drop = { name: "drop mass", unit: "g", goal: "minimise" } as const;
  const believed = (value: number) => ({
    value,
    interval90: [value - 0.01, value + 0.01] as [number, number],
    observed: [value],
  });
  const front = [
    // As it was executed, which is what a model learns from.
    { parameters: { iron: 10.25, pH: 3 }, values: { redness: believed(0.75), "drop mass": believed(0.05) } },
  ];
  const predictions = {
    redness: { mean: 0.6, sd: 0.1, interval90: [0.44, 0.76] as [number, number] },
    "drop mass": { mean: 0.05, sd: 0.01, interval90: [0.03, 0.07] as [number, number] },
  };
  return recorded(experiments, { origin: { ...origin, objectives: [objective, drop] } }).map((record) => {
    const { event } = record;
    if (event.type === "proposal.made") {
      const answer = { ...event.answer, predicted: null, best: null };
      return {
        ...record,
        event: { ...event, answer: event.answer.predicted === null ? answer : { ...answer, predictions } },
      };
    }
    if (event.type !== "campaign.finished") return record;
    return { ...record, event: { ...event, best: null, bestMeasured: null, front } };
  });
}

/** Every number, text and truth value in a JSON value, as text. */
export function leavesOf(value: unknown): string[] {
  if (value === null || value === undefined) return [];
  if (typeof value !== "object") return [typeof value === "string" ? value : canonicalJson(value)];
  return Object.values(value).flatMap(leavesOf);
}
