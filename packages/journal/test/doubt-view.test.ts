import { commandIdOf, type LabEvent, type LabEventOf } from "@labloop/contracts";
import { expect, test } from "vitest";
import { createProjection } from "../src/index.ts";
import { digest, intended, sent, ulid } from "./builders.ts";

const ada = { kind: "operator", name: "Ada" } as const;
const commandId = commandIdOf(ulid(1), 1);
const fact = { commandId, bootId: "boot-1", jseq: 1, tWall: "2026-01-01T00:00:00.000Z" };
const step = { op: "weigh", params: {}, retryClass: "idempotent", typicalMs: 10, maxMs: 20 } as const;
const still = { partFrom: null, partTo: null };

const queued: LabEvent = {
  type: "run.queued",
  runId: ulid(0),
  proposalId: ulid(7),
  sampleId: ulid(8),
  parameters: {},
  plan: {
    protocol: "weighing",
    version: "1.0.0",
    protocolDigest: digest,
    parameters: {},
    roles: { balance: "balance", arm: "arm" },
    steps: [
      { ...step, ...still, key: "weigh", role: "balance", after: [], claims: ["balance", "arm"] },
      { ...step, ...still, key: "clear", role: "arm", after: ["weigh"], claims: ["arm"] },
      { ...step, ...still, key: "note", role: "balance", after: ["clear"], claims: ["balance"] },
    ],
    executedBy: [],
  },
  planDigest: digest,
};
const doubted: LabEvent = {
  type: "step.doubted",
  commandId,
  reason: "nothing was heard of it",
  evidence: { door: "open" },
};
const resolved: LabEventOf<"step.resolved"> = {
  type: "step.resolved",
  commandId,
  as: "not-executed",
  by: ada,
  confirmedBy: null,
  reason: "the pan is empty",
  evidence: {},
  result: null,
  executed: null,
};
const upToDoubt: LabEvent[] = [
  queued,
  { ...intended(1), bindings: { balance: "balance", arm: "arm-1" } },
  sent(1),
  { type: "step.accepted", ...fact },
  { type: "step.started", ...fact },
  doubted,
];

function after(...events: LabEvent[]) {
  const projection = createProjection();
  for (const [index, event] of [...upToDoubt, ...events].entries())
    projection.apply({ seq: index + 1, epoch: 1, labAt: index, wallAt: index, event, hash: digest });
  return projection;
}

test("a doubt shows its trail, its evidence, every answer to a probe, and what waits for it", () => {
  const projection = after(
    { type: "step.probing", commandId, rid: "r1", by: null },
    { type: "step.probed", commandId, rid: "r1", outcome: "unknown", decisive: false, evidence: { scale: 3 } },
    { type: "step.probing", commandId, rid: "r2", by: ada },
  );
  expect(projection.view().doubts).toEqual([
    {
      commandId,
      runId: ulid(0),
      run: 1,
      sampleId: ulid(8),
      step: "weigh",
      device: "balance",
      op: "weigh",
      params: {},
      attempt: 1,
      retryClass: "idempotent",
      reason: "nothing was heard of it",
      since: 5,
      intendedAt: 1,
      sentAt: 2,
      acceptedAt: 3,
      startedAt: 4,
      progress: null,
      evidence: { door: "open" },
      probes: [
        { at: 7, outcome: "unknown", decisive: false, evidence: { scale: 3 } },
        { at: 8, outcome: null, decisive: false, evidence: {} },
      ],
      result: {},
      holds: { steps: ["clear", "note"], devices: ["balance", "arm-1"] },
      isClosing: false,
    },
  ]);
  expect(projection.view().runs[0]).toMatchObject({ phase: "held", steps: [{ phase: "inDoubt" }] });
  expect(projection.changesSince(8).doubts).toHaveLength(1);
  expect(projection.changesSince(9).doubts).toBeUndefined();
});

test("the last progress comes with the doubt, and a later doubt of the same command does not lose it", () => {
  const progress = { fraction: 0.4, at: 3 };
  const [row] = after({ ...doubted, progress }, { ...doubted, isTerminal: true }).view().doubts;
  expect(row?.progress).toEqual(progress);
});

test("one answered as not executed closes once the device has said its last word, and shows that it waits for it", () => {
  const closing = after(resolved);
  expect(closing.view().doubts).toMatchObject([{ commandId, isClosing: true }]);
  expect(closing.view().devices).toMatchObject([{ device: "balance", phase: "busy" }]);
  for (const last of [
    {
      type: "step.notExecuted",
      ...fact,
      state: "cancelled",
      error: { code: "a", message: "b", class: "crash" },
      late: true,
    },
    { ...doubted, isTerminal: true },
  ] as LabEvent[]) {
    const view = after(resolved, last).view();
    expect(view.doubts).toEqual([]);
    expect(view.runs[0]?.steps).toMatchObject([{ phase: "notExecuted" }]);
    expect(view.devices).toMatchObject([{ device: "balance", phase: "idle", doing: null }]);
  }
});

test("E10: the device's word against it takes the answer back and raises an alarm", () => {
  const said = { device: "balance", settled: "not-executed", state: "succeeded", evidence: { mass: 3 } } as const;
  const { doubts, alarms } = after(resolved, { type: "step.contradicted", commandId, ...said }).view();
  expect(doubts).toMatchObject([{ isClosing: false, evidence: { door: "open", mass: 3 } }]);
  expect(doubts[0]?.reason).toContain("balance says succeeded");
  expect(alarms.map(({ code }) => code)).toContain("step.contradicted");
});

test("a discarded one leaves the list at once, and its device stays busy until its last word", () => {
  const discarded = after({ ...resolved, as: "discarded" });
  expect(discarded.view().doubts).toEqual([]);
  expect(discarded.view().runs[0]?.steps).toMatchObject([{ phase: "failed", message: "Ada: the pan is empty" }]);
  expect(discarded.view().devices).toMatchObject([{ phase: "busy" }]);
  const said = { device: "balance", settled: "discarded by Ada", state: "failed", evidence: {} } as const;
  const over = after({ ...resolved, as: "discarded" }, { type: "step.contradicted", commandId, ...said });
  expect(over.view().devices).toMatchObject([{ phase: "idle" }]);
});

test("a device out of use keeps saying why, and is offline from its release to its next sign of life", () => {
  const held: LabEvent = {
    type: "device.quarantined",
    device: "arm-1",
    code: "device.partLeft",
    message: "a part is on it",
  };
  const born: LabEvent = { type: "device.born", device: "arm-1", bootId: "b", journalId: "j", bdSeq: 1 };
  const arm = (...events: LabEvent[]) =>
    after(held, ...events)
      .view()
      .devices.find(({ device }) => device === "arm-1");
  expect(arm(born)).toMatchObject({ phase: "quarantined", message: "a part is on it" });
  const released: LabEvent = { type: "device.released", device: "arm-1", by: ada, reason: "I took it" };
  expect(arm(released)).toMatchObject({ phase: "offline", message: null });
  expect(arm(released, { type: "device.heard", device: "arm-1" })).toMatchObject({ phase: "reconciling" });
});
