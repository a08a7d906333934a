import type { AlarmView, CampaignView, DeviceView, ExperimentView, RunView, StepView } from "@labloop/contracts";

/** Rows of a small campaign; each test says only what it is about. */
export function campaign(change: Partial<CampaignView> = {}): CampaignView {
  return {
    campaignId: "01KA0000000000000000000000",
    campaign: "crossed-barrel",
    lab: "demo",
    mode: "simulated",
    seed: 7,
    clock: { kind: "scaled", scale: 60, labAt: 0, wallAt: 0 },
    space: {
      parameters: [
        { name: "n", unit: "1", min: 6, max: 12 },
        { name: "theta", unit: "deg", min: 0, max: 200 },
      ],
    },
    objective: { name: "toughness", unit: "J", goal: "maximise" },
    access: "open",
    phase: "running",
    reason: null,
    budget: 60,
    done: 0,
    failed: 0,
    inFlight: 0,
    best: null,
    bestMeasured: null,
    next: null,
    startedAt: 0,
    endedAt: null,
    journal: { events: 1, head: "00" },
    ...change,
  };
}

export function experiment(number: number, change: Partial<ExperimentView> = {}): ExperimentView {
  return {
    number,
    runId: `run-${number}`,
    parameters: { n: 6, theta: 25 * number },
    values: { toughness: { value: number, unit: "J" } },
    failure: null,
    replicate: 1,
    predicted: null,
    bestThen: null,
    observedAt: number * 1_000,
    ...change,
  };
}

export function failure(number: number): ExperimentView {
  return experiment(number, { values: null, failure: { class: "crash", message: "it fell over" } });
}

export function step(key: string, change: Partial<StepView> = {}): StepView {
  return {
    key,
    commandId: `${key}.1`,
    attempt: 1,
    device: "printer-1",
    op: key,
    phase: "started",
    isOverdue: false,
    intendedAt: 0,
    sentAt: 1,
    acceptedAt: 2,
    startedAt: 3,
    endedAt: null,
    typicalMs: 100,
    message: null,
    ...change,
  };
}

export function run(number: number, change: Partial<RunView> = {}): RunView {
  return {
    runId: `run-${number}`,
    number,
    parameters: { n: 6, theta: 25 },
    phase: "running",
    reason: null,
    queuedAt: 0,
    endedAt: null,
    bindings: { printer: "printer-1" },
    plan: [
      { key: "print", op: "print", role: "printer", typicalMs: 100 },
      { key: "weigh", op: "weigh", role: "balance", typicalMs: 10 },
      { key: "crush", op: "compress", role: "tester", typicalMs: 30 },
    ],
    steps: [],
    experiment: null,
    ...change,
  };
}

export function device(name: string, change: Partial<DeviceView> = {}): DeviceView {
  return {
    device: name,
    kind: "printer",
    capability: "fdm-printer",
    serial: null,
    phase: "idle",
    since: 0,
    doing: null,
    message: null,
    ...change,
  };
}

export function alarm(seq: number): AlarmView {
  return { seq, at: seq, code: "device.lost", message: `alarm ${seq}` };
}
