import type { DoubtView, LabView } from "@labloop/contracts";

/** A command in doubt; each test says only what it is about. */
export function doubtView(change: Partial<DoubtView> = {}): DoubtView {
  return {
    commandId: "01KA0000000000000000000ABC.1",
    runId: "01KA0000000000000000000001",
    run: 3,
    sampleId: "01KA0000000000000000000002",
    step: "dose",
    device: "pump",
    op: "dispense",
    params: { volume: { value: 50, unit: "uL" } },
    attempt: 1,
    retryClass: "non-repeatable",
    reason: "contact was lost during the act",
    since: Date.UTC(2026, 0, 1),
    intendedAt: Date.UTC(2026, 0, 1),
    sentAt: null,
    acceptedAt: null,
    startedAt: null,
    progress: null,
    evidence: {},
    probes: [],
    result: {},
    holds: { steps: ["read"], devices: ["pump"] },
    isClosing: false,
    ...change,
  };
}

/** A lab in which nothing but this is known. */
export function labView(change: Partial<LabView> = {}): LabView {
  return {
    seq: 1,
    campaign: null,
    experiments: [],
    runs: [],
    devices: [],
    alarms: [],
    doubts: [],
    asks: [],
    interlocks: [],
    ...change,
  };
}
