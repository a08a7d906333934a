import type { Execute } from "@labloop/contracts";
import { expect, test } from "vitest";
import { admit, type Situation } from "../../src/loop/admit.ts";
import { acceptedRecord, cancelledUnseen } from "../../src/loop/facts.ts";
import { capsOf } from "../../src/index.ts";
import { deviceId, executeOf, idOf, startAt } from "../support/bench.ts";
import { counterDevice } from "../support/counter.ts";

const clock = { now: () => startAt };
const received = { at: startAt, tMono: 1_000 };
const head = {
  journalId: "j",
  jseq: 9,
  fence: 3,
  watermark: 5,
  maxDseq: 9,
  bdSeq: 1,
  stopId: 0,
  isLatched: false,
  local: null,
};
const { operations } = capsOf(counterDevice, { serial: null, firmware: null, heartbeatMs: 1_000 });
const params = { tag: "t", force: { value: 5, unit: "N" }, duration: { value: 0, unit: "ms" } };

const envelopeHash = "e".repeat(64);
const latched = { code: "estop-latched", message: "E-STOP 4 stands", class: "crash" };

/** The verdict in one line: its kind and why. */
function judge(change: Partial<Execute> = {}, situation: Partial<Situation> = {}): string {
  const verdict = admit(executeOf(clock, 10, { epoch: 3, ...change }), {
    deviceId,
    isRetained: false,
    isReconciled: true,
    head,
    byId: null,
    byDseq: null,
    operations,
    holderId: null,
    isWireUp: true,
    closed: null,
    requirements: { kind: "met" },
    waitingCount: 0,
    clockOffsetMs: 0,
    received,
    ...situation,
  });
  if (verdict.kind === "refuse") return `refuse ${verdict.code}`;
  return [verdict.kind, verdict.record.state, verdict.record.error?.code].filter(Boolean).join(" ");
}

const known = acceptedRecord(executeOf(clock, 10), received);

test.each([
  ["D1: for another device", { device: "counter-2" }, {}, "refuse wrong-device"],
  ["D1: kept by the broker", {}, { isRetained: true }, "refuse retained"],
  ["D1: from an epoch below the fence", { epoch: 2 }, {}, "refuse stale-epoch"],
  ["D11: before the first reconcile", {}, { isReconciled: false }, "refuse not-reconciled"],
  [
    "D11: before the first reconcile, even for a known id",
    {},
    { isReconciled: false, byId: known },
    "refuse not-reconciled",
  ],
  ["D2: same id, same parameters", {}, { byId: known }, "answer accepted"],
  ["D2: same id, other parameters", { params }, { byId: known }, "refuse id-conflict"],
  [
    "D2: an id cancelled before it came",
    {},
    { byId: cancelledUnseen({ commandId: idOf(10), dseq: 10, epoch: 3 }, received, "x") },
    "answer cancelled device.cancelled",
  ],
  ["D2: a number at the watermark", { dseq: 5 }, {}, "refuse pruned"],
  ["D2: a number another id has", {}, { byDseq: known }, "refuse dseq-conflict"],
  ["S2: whatever it is, under an E-STOP", { op: "fly" }, { closed: latched }, "record rejected estop-latched"],
  ["S2: what is known already, under an E-STOP", {}, { closed: latched, byId: known }, "answer accepted"],
  ["D3: a hash of something else", { paramsHash: "0".repeat(64) }, {}, "record rejected device.hashMismatch"],
  ["D3: an operation it does not have", { op: "fly" }, {}, "record rejected device.unknownOperation"],
  ["D3: a laxer retry class", { retryClass: "idempotent" }, {}, "record rejected device.retryClassLaxer"],
  ["D3: a stricter retry class", { op: "look", retryClass: "non-repeatable" }, {}, "record accepted"],
  [
    "D3: a force above the limit",
    { params: { ...params, force: { value: 101, unit: "N" } } },
    {},
    "record rejected device.limitExceeded",
  ],
  ["D3: a force at the limit", { params: { ...params, force: { value: 100, unit: "N" } } }, {}, "record accepted"],
  [
    "D3: a sent minimum below the device's, and a force below both",
    {
      params: { ...params, force: { value: -3, unit: "N" } },
      safety: { envelopeHash, limits: { force: { minimum: -2 } } },
    },
    {},
    "record rejected device.limitExceeded",
  ],
  [
    "D3: a force in another unit",
    { params: { ...params, force: { value: 5, unit: "kN" } } },
    {},
    "record rejected device.paramsInvalid",
  ],
  [
    "D3: a force within the device's limit and above the sent one",
    { safety: { envelopeHash, limits: { force: { maximum: 4 } } } },
    {},
    "record rejected device.limitExceeded",
  ],
  [
    "D3: a force within both limits",
    { safety: { envelopeHash, limits: { force: { minimum: 5, maximum: 5 } } } },
    {},
    "record accepted",
  ],
  [
    "D3: a sent limit wider than the device's",
    {
      params: { ...params, force: { value: 101, unit: "N" } },
      safety: { envelopeHash, limits: { force: { maximum: 500 } } },
    },
    {},
    "record rejected device.limitExceeded",
  ],
  [
    "D3: a sent limit on what is no number",
    { safety: { envelopeHash, limits: { tag: { maximum: 4 } } } },
    {},
    "record rejected device.limitExceeded",
  ],
  [
    "D3: waiting for others while another command has the device",
    {},
    { holderId: idOf(9), requirements: { kind: "waiting" } },
    "record accepted",
  ],
  ["D3: a parameter missing", { params: { tag: "t" } }, {}, "record rejected device.paramsInvalid"],
  ["D3: a parameter too many", { params: { ...params, speed: 3 } }, {}, "record rejected device.paramsInvalid"],
  [
    "D3: older than its time to live",
    { issuedAt: new Date(startAt - 30_000).toISOString() },
    {},
    "record rejected device.expired",
  ],
  [
    "D3: from far in the future",
    { issuedAt: new Date(startAt + 15_001).toISOString() },
    {},
    "record rejected device.clockSkew",
  ],
  ["D3: while another command has the device", {}, { holderId: idOf(9) }, "record rejected busy"],
  ["D3: without a wire", {}, { isWireUp: false }, "record rejected device.wireDown"],
  ["nothing speaks against it", {}, {}, "record accepted"],
] as [string, Partial<Execute>, Partial<Situation>, string][])("%s", (_name, change, situation, expected) => {
  expect(judge(change, situation)).toBe(expected);
});

test("the time to live counts from receipt, less the time in transit (section 10)", () => {
  const execute = executeOf(clock, 10, { epoch: 3, ttlMs: 10_000, issuedAt: new Date(startAt - 4_000).toISOString() });
  const verdict = admit(execute, {
    deviceId,
    isRetained: false,
    isReconciled: true,
    head,
    byId: null,
    byDseq: null,
    operations,
    holderId: null,
    isWireUp: true,
    closed: null,
    requirements: { kind: "met" },
    waitingCount: 0,
    clockOffsetMs: null,
    received,
  });
  expect(verdict).toMatchObject({ kind: "record", startBy: startAt + 6_000 });
});
