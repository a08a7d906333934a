import type { Payload } from "@labloop/bus";

const ulid = "01ARZ3NDEKTSV4RRFFQ69G5FAV";
const issuedAt = "2026-01-01T00:00:00.000Z";

/** A valid command for a device; `dseq` tells several apart. */
export function execute(device: string, dseq: number): Payload<"command"> {
  return {
    v: 1,
    kind: "execute",
    device,
    issuedAt,
    epoch: 1,
    engineId: "engine-a",
    commandId: `${ulid}.${dseq}`,
    campaignId: ulid,
    runId: ulid,
    stepId: ulid,
    attempt: dseq,
    dseq,
    op: "move",
    params: { speed: { value: 50, unit: "mm/s" } },
    paramsHash: "a".repeat(64),
    retryClass: "non-repeatable",
    ttlMs: 30_000,
    maxDurationMs: 60_000,
  };
}

/** A person's answer to a step, as an engine hands it on. */
export function answer(device: string): Payload<"control"> {
  return {
    v: 1,
    kind: "answer",
    device,
    issuedAt,
    epoch: 1,
    engineId: "engine-a",
    rid: "r1",
    commandId: `${ulid}.1`,
    answer: { as: "done", result: { mass: { value: 2.3, unit: "g" } } },
    by: "Ada",
  };
}

/** A valid progress report; `fraction` tells several apart. */
export function progress(device: string, fraction: number): Payload<"report"> {
  return { v: 1, kind: "progress", device, issuedAt, bootId: "b1", commandId: `${ulid}.1`, fraction };
}

/** A birth or a death. */
export function deviceState(device: string, online: boolean, bdSeq: number): Payload<"state"> {
  return {
    v: 1,
    kind: "state",
    device,
    issuedAt,
    online,
    journalId: "j1",
    bootId: "b1",
    bdSeq,
    jseq: 0,
    fence: 0,
    capsHash: "b".repeat(64),
    mode: "simulated",
  };
}

export function heartbeat(device: string, n: number): Payload<"heartbeat"> {
  return { v: 1, kind: "hb", device, issuedAt, bootId: "b1", n, tMono: n * 1_000, running: [], jseq: 0 };
}

export function engineState(epoch: number): Payload<"engine"> {
  return { v: 1, kind: "engine", engineId: "engine-a", epoch, online: true, at: issuedAt };
}

export function estop(stopId: number, active: boolean): Payload<"estop"> {
  return {
    v: 1,
    kind: "estop",
    stopId,
    active,
    scope: "lab",
    reason: "a test",
    by: { kind: "operator", name: "ada" },
    at: issuedAt,
  };
}
