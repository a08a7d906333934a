import { type TopicKey, wholeLab } from "@labloop/contracts";
import type { Payload } from "../src/index.ts";

const ulid = "01ARZ3NDEKTSV4RRFFQ69G5FAV";
const commandId = `${ulid}.1`;
const issuedAt = "2026-01-01T00:00:00.000Z";
const hash = "a".repeat(64);
const fromEngine = { v: 1, device: "arm", issuedAt, epoch: 3, engineId: "engine-a" } as const;
const fromDevice = { v: 1, device: "arm", issuedAt } as const;

/** One valid message of every kind, by topic; all of device `arm` and cell `main`. */
export const examples: { readonly [K in TopicKey]: readonly Payload<K>[] } = {
  command: [
    {
      ...fromEngine,
      kind: "execute",
      commandId,
      campaignId: ulid,
      runId: ulid,
      stepId: ulid,
      attempt: 1,
      dseq: 7,
      op: "move",
      params: { to: "deck-1", speed: { value: 50, unit: "mm/s" } },
      paramsHash: hash,
      retryClass: "non-repeatable",
      ttlMs: 30_000,
      maxDurationMs: 60_000,
    },
  ],
  control: [
    {
      ...fromEngine,
      kind: "reconcile",
      rid: "r1",
      part: 0,
      parts: 1,
      open: [{ commandId, paramsHash: hash, dseq: 7 }],
    },
    { ...fromEngine, kind: "cancel", commandId, dseq: 7, reason: "stopped" },
    { ...fromEngine, kind: "ack", commandIds: [commandId] },
    { ...fromEngine, kind: "probe", rid: "r2", commandId },
  ],
  report: [
    {
      ...fromDevice,
      kind: "report",
      bootId: "b1",
      rseq: 1,
      jseq: 4,
      fence: 3,
      commandId,
      state: "succeeded",
      physical: "full",
      result: { mass: { value: 1.25, unit: "g" } },
      evidence: { encoder: [1, 2, { turns: 3 }] },
      tMono: 12.5,
      tWall: issuedAt,
    },
    { ...fromDevice, kind: "progress", bootId: "b1", commandId, fraction: 0.5 },
    { ...fromDevice, kind: "refusal", commandId, code: "stale-epoch", message: "epoch 3 < 4", fence: 4, watermark: 0 },
    {
      ...fromDevice,
      kind: "snapshot",
      rid: "r1",
      part: 0,
      parts: 1,
      journalId: "j1",
      bootId: "b1",
      jseq: 4,
      fence: 3,
      watermark: 0,
      maxDseq: 7,
      entries: [{ commandId, state: "never-seen" }],
      unlisted: [],
    },
    {
      ...fromDevice,
      kind: "probe-result",
      rid: "r2",
      commandId,
      outcome: "happened",
      decisive: true,
      evidence: {},
    },
    { ...fromDevice, kind: "stopped", stopId: 4, tookMs: 12, running: [{ commandId, state: "started" }] },
  ],
  state: [
    {
      ...fromDevice,
      kind: "state",
      online: true,
      journalId: "j1",
      bootId: "b1",
      bdSeq: 0,
      jseq: 4,
      fence: 3,
      capsHash: hash,
      mode: "simulated",
    },
  ],
  caps: [
    {
      ...fromDevice,
      kind: "caps",
      caps: {
        kind: "simulated-arm",
        capability: "robot-arm",
        driverVersion: "1.0.0",
        serial: null,
        firmware: null,
        operations: {
          move: {
            title: "Move",
            version: "1",
            params: { to: { type: "string" } },
            result: {},
            retryClass: "non-repeatable",
            duration: { typicalMs: 1_000, maxMs: 10_000 },
            stoppable: false,
          },
        },
        contract: { major: 1, features: [] },
        heartbeatMs: 1_000,
      },
    },
  ],
  heartbeat: [{ ...fromDevice, kind: "hb", bootId: "b1", n: 9, tMono: 9_000, running: [commandId], jseq: 4 }],
  estop: [
    {
      v: 1,
      kind: "estop",
      stopId: 4,
      active: true,
      scope: "lab",
      reason: "smoke",
      by: { kind: "operator", name: "Ada" },
      at: issuedAt,
    },
  ],
  telemetry: [
    {
      ...fromDevice,
      kind: "tel",
      bootId: "boot",
      readings: [{ channel: "bed", value: 60, unit: "degC", tMono: 5, n: 0, valid: true }],
    },
  ],
  blob: [{ ...fromDevice, kind: "blob", sha256: hash, idx: 0, n: 1, crc32: 7, data: "AAEC" }],
  engineHeartbeat: [{ v: 1, kind: "engine-hb", epoch: 3, n: 0, at: issuedAt }],
  engine: [{ v: 1, kind: "engine", engineId: "engine-a", epoch: 3, online: true, at: issuedAt }],
};

/** The name in the topic of each example. */
export function nameOf(key: TopicKey): string {
  if (key === "estop") return wholeLab;
  return key === "engine" || key === "engineHeartbeat" ? "main" : "arm";
}
