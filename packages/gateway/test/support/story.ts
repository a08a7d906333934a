import { commandIdOf, type DeviceCaps, type LabEvent, type Observation, type Plan } from "@labloop/contracts";

/** The n-th of a row of ULIDs. */
const ulid = (n: number) => `01${String(n).padStart(24, "0")}`;
const digest = "0".repeat(64);
const boot = { bootId: "boot-1", jseq: 1, tWall: "2026-01-01T00:00:00.000Z" };
const unknown = { value: null, reason: "not recorded" };
const ada = { kind: "operator", name: "Ada" } as const;
const devices = ["printer", "arm", "balance"];

const caps: DeviceCaps = {
  kind: "test",
  capability: "test",
  driverVersion: "1.0.0",
  serial: "0042",
  firmware: null,
  operations: {},
  contract: { major: 1, features: [] },
  heartbeatMs: 1_000,
};

const plan: Plan = {
  protocol: "crush",
  version: "1.0.0",
  protocolDigest: digest,
  parameters: { height: 1 },
  roles: Object.fromEntries(devices.map((device) => [device, device])),
  steps: devices.map((device) => ({
    key: device,
    role: device,
    op: "act",
    params: {},
    retryClass: "idempotent",
    typicalMs: 60_000,
    maxMs: 120_000,
    after: [],
    claims: [device],
    partFrom: null,
    partTo: null,
  })),
  executedBy: [],
};

/** The first events of a campaign: it exists, three devices are known, and it runs. */
export function opening(): LabEvent[] {
  return [
    {
      type: "campaign.created",
      campaignId: ulid(1),
      campaign: "toughness",
      lab: "demo",
      mode: "simulated",
      seed: 1,
      documents: { campaign: digest, protocol: digest, lab: digest, candidates: digest },
      space: { parameters: [{ name: "height", unit: "mm", min: 0, max: 100 }] },
      objective: { name: "toughness", unit: "J", goal: "maximise" },
      experiments: 60,
      clock: { kind: "virtual", scale: 1, labAt: 0, wallAt: 0 },
      actor: ada,
      access: "open",
      dataManager: "Ada",
      grant: null,
    },
    { type: "engine.started", engineId: "engine-1", epoch: 1 },
    ...devices.flatMap((device): LabEvent[] => [
      { type: "device.announced", device, caps, capsHash: digest },
      { type: "device.born", device, bootId: "boot-1", journalId: "journal-1", bdSeq: 0 },
      {
        type: "device.reconciled",
        device,
        rid: "1",
        bootId: "boot-1",
        journalId: "journal-1",
        jseq: 0,
        fence: 1,
        watermark: 0,
        maxDseq: 0,
      },
    ]),
    { type: "campaign.started" },
  ];
}

/** The command of the n-th run's step on a device. */
export const commandOf = (run: number, device: string) =>
  commandIdOf(ulid(1_000 + 10 * run + devices.indexOf(device)), 1);

/** What happens in the n-th run, from 1, from its proposal to its end; every third one fails. */
export function runOf(run: number): LabEvent[] {
  const proposalId = ulid(100_000 + run);
  const runId = ulid(200_000 + run);
  const isFailing = run % 3 === 0;
  const value = 10 * Math.sin(run);
  return [
    { type: "proposal.asked", proposalId, seed: run, measurements: run, pending: [], remaining: 60 - run },
    {
      type: "proposal.made",
      proposalId,
      answer: {
        parameters: { height: run },
        predicted: { mean: 1, sd: 1, interval90: [0, 2] },
        acquisition: { name: "log-expected-improvement", value: 0, incumbent: 1 },
        why: "it promises most",
        surrogate: {
          kind: "gaussian-process",
          kernel: "matern-5/2",
          lengthscales: [1],
          noiseVariance: 0.1,
          logPosterior: -1,
          measurements: run,
          distinct: run,
        },
        best: { parameters: { height: 1 }, value: 1, interval90: [0, 2], observed: [1] },
      },
    },
    {
      type: "run.queued",
      runId,
      proposalId,
      sampleId: ulid(300_000 + run),
      parameters: { height: run },
      plan,
      planDigest: digest,
    },
    ...devices.flatMap((device): LabEvent[] => stepOf(run, device, runId)),
    ...(isFailing
      ? [{ type: "run.failing", runId, stepKey: "balance", code: "device.stalled", message: "it stood still" } as const]
      : []),
    {
      type: "observation.made",
      observation: observationOf(run, { runId, proposalId, value: isFailing ? null : value }),
    },
    { type: "run.finished", runId, outcome: isFailing ? "failed" : "done", reason: "all steps are done" },
  ];
}

function stepOf(run: number, device: string, runId: string): LabEvent[] {
  const commandId = commandOf(run, device);
  const facts: LabEvent[] = [
    {
      type: "step.intended",
      runId,
      stepId: commandId.slice(0, 26),
      stepKey: device,
      attempt: 1,
      commandId,
      device,
      dseq: run,
      op: "act",
      params: {},
      paramsHash: digest,
      retryClass: "idempotent",
      ttlMs: 1_000,
      maxDurationMs: 120_000,
      bindings: { [device]: device },
      decision: "first attempt",
    },
    { type: "step.sent", commandId },
    { type: "step.accepted", commandId, ...boot },
  ];
  if (device === "arm") facts.push({ type: "step.overdue", commandId });
  if (device === "arm") facts.push({ type: "device.suspected", device }, { type: "device.heard", device });
  facts.push({ type: "step.started", commandId, ...boot });
  facts.push({ type: "step.succeeded", commandId, result: {}, executed: {}, evidence: {}, late: false, ...boot });
  return facts;
}

function observationOf(
  run: number,
  { runId, proposalId, value }: { runId: string; proposalId: string; value: number | null },
): Observation {
  return {
    observationId: ulid(400_000 + run),
    campaignId: ulid(1),
    campaign: "toughness",
    runId,
    proposalId,
    stepId: commandOf(run, "balance").slice(0, 26),
    sample: { id: ulid(300_000 + run), parents: [] },
    requested: { height: run },
    executed: { value: { height: run } },
    values: value === null ? null : { toughness: { value, unit: "J", uncertainty: unknown } },
    failure: value === null ? { class: "crash", code: "device.stalled", message: "it stood still" } : null,
    replicate: 1,
    mode: "simulated",
    actor: ada,
    access: "open",
    dataManager: "Ada",
    grant: unknown,
    protocol: { name: "crush", version: "1.0.0", digest },
    planDigest: digest,
    modelId: digest,
    steps: [],
    observedAt: "2026-01-01T00:00:00.000Z",
  };
}

/** A campaign of so many runs, from its creation to its end. */
export function campaignOf(runs: number): LabEvent[] {
  return [
    ...opening(),
    ...Array.from({ length: runs }, (_, index) => runOf(index + 1)).flat(),
    { type: "campaign.paused", reason: "lunch", by: ada },
    { type: "campaign.resumed", by: ada },
    { type: "campaign.finished", experiments: runs, best: null, bestMeasured: null },
  ];
}

/** An alarm whose text makes a row of so many bytes. */
export const alarmOf = (bytes: number): LabEvent => ({
  type: "device.quarantined",
  device: "balance",
  code: "device.unsafe",
  message: "x".repeat(bytes),
});
