import { createRandomIds } from "@labloop/clock";
import type { Reconcile, RefusalCode, Snapshot } from "@labloop/contracts";
import { expect, test } from "vitest";
import { createReconciler } from "../src/reconciler.ts";
import { mixingLab } from "./support/documents.ts";
import { openRig } from "./support/rig.ts";
import { resultOf, type ScriptedDevice } from "./support/scripted-device.ts";
import { result, ordered, restart, phaseOf } from "./support/ordered.ts";

test("§8: a command in the answer that nobody ordered is an orphan: the device is out of use, and the message names it", async () => {
  const rig = await openRig();
  const orphan = `${createRandomIds(rig.clock).ulid()}.1`;
  rig.device.facts.set(orphan, { commandId: orphan, state: "succeeded", physical: "full", paramsHash: null, dseq: 3 });
  await rig.until(() => rig.end() !== null);
  expect(rig.end()).toMatchObject({ kind: "stuck", reasons: [expect.stringContaining(orphan)] });
  expect(rig.events("device.quarantined")).toMatchObject([{ code: "device.orphan", device: "mixer-1" }]);
  await rig.pass(600_000);
  expect(rig.sent("command")).toEqual([]);
});

test.each<[string, (device: ScriptedDevice) => void]>([
  ["another journal", (device) => void (device.journalId = "journal-2")],
  ["an older copy of its journal", (device) => void (device.jseq = 1)],
])("E9: with %s, never seen is not believed: in doubt, not sent again, not cancelled, out of use", async (_, lose) => {
  const { rig, commandId: done } = await ordered({ lab: mixingLab(2) });
  await rig.device.report(done, "accepted");
  await rig.device.report(done, "succeeded", { result });
  await rig.until(() => rig.device.executes.length === 2 && rig.device.acks.length === 1);
  const commandId = rig.device.executes[1]?.commandId ?? "";
  rig.device.facts.clear();
  lose(rig.device);
  await restart(rig.device);
  await rig.until(() => rig.end() !== null);
  expect(rig.end()?.kind).toBe("stuck");
  expect(rig.events("step.doubted")).toMatchObject([
    { commandId, reason: expect.stringContaining("lost its journal") },
  ]);
  expect(rig.events("device.quarantined")).toMatchObject([{ code: "device.memoryLost" }]);

  await restart(rig.device, "boot-3");
  await rig.pass(60_000);
  rig.kill();
  rig.reopen();
  await rig.pass(600_000);
  expect(rig.device.executes).toHaveLength(2);
  expect(rig.device.cancels).toEqual([]);
});

test("E9: a device that denies what it had accepted has lost its memory, whatever its record numbers say", async () => {
  const { rig, commandId } = await ordered();
  await rig.device.report(commandId, "accepted");
  await rig.pass(1);
  rig.device.facts.clear();
  rig.device.jseq += 10;
  await restart(rig.device);
  await rig.until(() => rig.events("device.quarantined").length === 1);
  expect(rig.events("device.quarantined")).toMatchObject([{ code: "device.memoryLost" }]);
  expect(rig.device.executes).toHaveLength(1);
});

test("E9: an answer that was overtaken by newer reports is no sign of lost memory", async () => {
  const { rig, commandId } = await ordered();
  const held: Snapshot[] = [];
  rig.device.answer = (snapshot) => {
    held.push(snapshot);
    return [];
  };
  await restart(rig.device);
  await rig.until(() => held.length === 1);
  await rig.device.report(commandId, "accepted");
  await rig.device.report(commandId, "started", { physical: "unknown" });
  await rig.pass(1);
  const [answer] = held;
  if (answer === undefined) throw new Error("not asked");
  expect(answer.entries).toEqual([{ commandId, state: "never-seen" }]);
  await rig.device.bus.publish("report", rig.device.id, answer);
  await rig.until(() => rig.events("device.reconciled").length === 2);
  expect(rig.events("device.quarantined", "step.doubted")).toEqual([]);
  await rig.pass(10_000);
  expect(rig.device.executes).toHaveLength(1);
});

test("§8: new command numbers lie above everything that the device has seen", async () => {
  for (const field of ["maxDseq", "watermark"] as const) {
    const rig = await openRig();
    rig.device[field] = 41;
    await rig.until(() => rig.end() !== null);
    expect(rig.events("step.intended").map(({ dseq }) => dseq)).toEqual([42]);
    rig.kill();
  }
});

test("§8: a new boot is asked again before it is used", async () => {
  const rig = await openRig({ lab: mixingLab(2) });
  await rig.until(() => rig.events("observation.made").length === 1);
  await rig.until(() => rig.device.executes.length === 2);
  rig.device.isAnswering = false;
  await restart(rig.device);
  await rig.pass(1);
  expect(phaseOf(rig)).toBe("reconciling");
  rig.device.isAnswering = true;
  await rig.until(() => rig.end() !== null);
  expect(rig.end()?.kind).toBe("ended");
});

test("§8: a heartbeat of another boot, whose birth was missed, has the device asked again", async () => {
  const rig = await openRig({ isObeying: false });
  await rig.until(() => phaseOf(rig) === "busy");
  const asked = rig.device.reconciles.length;
  rig.device.bootId = "boot-2";
  await rig.until(() => rig.device.reconciles.length > asked);
  await rig.until(() => phaseOf(rig) === "busy");
  expect(rig.engine.state().devices.get("mixer-1")?.bootId).toBe("boot-2");
  await rig.pass(10_000);
  expect(rig.device.reconciles).toHaveLength(asked + 1);
});

test.each<RefusalCode>([
  "oversize",
  "malformed",
  "unknown-version",
  "unknown-kind",
  "wrong-device",
  "retained",
  "not-reconciled",
  "journal-unavailable",
])("E7: a refusal as %s changes nothing", async (code) => {
  const { rig, commandId } = await ordered();
  await rig.until(() => rig.events("step.sent").length > 0);
  const events = rig.journal.head().seq;
  const before = rig.engine.state();
  await rig.device.refuse(code, commandId);
  await rig.device.refuse(code);
  await rig.pass(1);
  expect(rig.engine.state()).toEqual(before);
  expect(rig.journal.head().seq).toBe(events);
});

test.each<RefusalCode>(["pruned", "id-conflict", "dseq-conflict"])(
  "E7: a refusal as %s is no outcome, but puts the command in doubt and holds the device",
  async (code) => {
    const { rig, commandId } = await ordered({ lab: mixingLab(2) });
    await rig.device.refuse(code, commandId);
    await rig.device.refuse(code, commandId);
    await rig.until(() => rig.end() !== null);
    expect(rig.end()?.kind).toBe("stuck");
    expect(rig.events("step.doubted")).toMatchObject([{ commandId, reason: expect.stringContaining(code) }]);
    expect(rig.events("device.quarantined")).toMatchObject([{ code: "device.conflict" }]);
    expect(rig.events("step.failed", "step.notExecuted", "step.succeeded")).toEqual([]);
    expect(rig.device.executes).toHaveLength(1);
  },
);

test("D2: a device that knows the id with other parameters is out of use, and the command is in doubt", async () => {
  const { rig, commandId } = await ordered();
  await rig.device.report(commandId, "accepted");
  await rig.pass(1);
  rig.device.answer = (snapshot) => [
    {
      ...snapshot,
      entries: snapshot.entries.map((entry) =>
        entry.state === "never-seen" ? entry : { ...entry, state: "succeeded", paramsHash: "f".repeat(64), result },
      ),
    },
  ];
  await restart(rig.device);
  await rig.until(() => rig.end() !== null);
  expect(rig.events("device.quarantined")).toMatchObject([{ code: "device.idConflict" }]);
  expect(rig.events("step.succeeded")).toEqual([]);
  expect(rig.events("step.doubted")).toHaveLength(1);
});

test("§9: another epoch asks about what the one before it had ordered, and its word counts", async () => {
  const { rig, commandId } = await ordered();
  rig.kill();
  rig.reopen();
  await rig.until(() => rig.events("device.reconciled").length === 2);
  await rig.until(() => rig.device.executes.length === 2);
  expect(rig.device.reconciles.map(({ epoch }) => epoch)).toEqual([1, 2]);
  expect(rig.device.executes.map((order) => [order.commandId, order.epoch])).toEqual([
    [commandId, 1],
    [commandId, 2],
  ]);
  const order = rig.device.executes[1];
  await rig.device.report(commandId, "succeeded", { result: order === undefined ? {} : resultOf(order) });
  await rig.until(() => rig.end() !== null);
  expect(rig.end()?.kind).toBe("ended");
});

test("§6: what is asked about is cut into parts of 300, all under one id, the same at every repeat", async () => {
  const { rig } = await ordered();
  const [run] = rig.engine.state().runs.values();
  const [command] = Object.values(run?.steps ?? {});
  if (run === undefined || command === undefined) throw new Error("nothing is open");
  const many = Array.from({ length: 301 }, (_, n) => ({ ...command, commandId: `c${n}`, dseq: n + 1 }));
  const steps = Object.fromEntries(many.map((each) => [each.commandId, each]));
  const state = { ...rig.engine.state(), runs: new Map([[run.runId, { ...run, steps }]]) };
  const said: Reconcile[] = [];
  const reconciler = createReconciler({
    outlet: {
      async publish(_key, _name, payload) {
        if (payload.kind === "reconcile") said.push(payload);
      },
      shut: () => undefined,
    },
    linkClock: rig.clock,
    ids: createRandomIds(rig.clock),
    state: () => state,
    onAnswer: () => undefined,
    onUnsent: () => undefined,
    beat: () => undefined,
    blobUrl: undefined,
  });
  reconciler.ask("mixer-1");
  await rig.pass(1_500);
  reconciler.stopAll();
  expect(said.map(({ part, parts, open }) => [part, parts, open.length])).toEqual([
    [0, 2, 300],
    [1, 2, 1],
    [0, 2, 300],
    [1, 2, 1],
  ]);
  expect(new Set(said.map(({ rid }) => rid)).size).toBe(1);
  expect(said.slice(0, 2).flatMap(({ open }) => open.map(({ dseq }) => dseq))).toEqual(many.map(({ dseq }) => dseq));
});
test("E9: a device with another journal is asked under a new epoch only, so that no copy from before can run", async () => {
  const { rig, commandId } = await ordered();
  await rig.device.report(commandId, "accepted");
  await rig.pass(1);
  rig.device.facts.clear();
  rig.device.journalId = "journal-2";
  const asked = rig.device.reconciles.length;
  await restart(rig.device);
  await rig.until(() => rig.events("device.quarantined").length === 1);
  expect(rig.device.reconciles.slice(asked).map(({ epoch }) => epoch > 1)).not.toContain(false);
  expect(rig.events("engine.epochRaised").length).toBeGreaterThan(0);
});

test("D11, E9: a reconcile names the journal that the last birth has announced", async () => {
  const { rig } = await ordered();
  expect(rig.device.reconciles.map(({ journalId }) => journalId)).toEqual(["journal-1"]);
  rig.kill();
  rig.reopen();
  await restart(rig.device);
  await rig.until(() => rig.device.reconciles.length === 2);
  rig.device.facts.clear();
  rig.device.journalId = "journal-2";
  await restart(rig.device, "boot-3");
  await rig.until(() => rig.events("device.quarantined").length === 1);
  const [, second, ...others] = rig.device.reconciles.map(({ journalId }) => journalId);
  expect(second).toBe("journal-1");
  expect(new Set(others)).toEqual(new Set(["journal-2"]));
  expect(rig.refold()).toEqual(rig.engine.state());
});

test("E8, E14: a device whose journal leaves no command number is taken out of use by name; it breaks no engine, also when released", async () => {
  const rig = await openRig({ isObeying: false, isDurable: true });
  await rig.until(() => rig.device.executes.length === 1);
  const [order] = rig.device.executes;
  rig.kill();
  rig.device.maxDseq = Number.MAX_SAFE_INTEGER;
  rig.reopen();
  await rig.pass(10_000);
  expect(rig.events("device.quarantined")).toMatchObject([{ device: "mixer-1", code: "device.numbersSpent" }]);
  await rig.device.report(order?.commandId ?? "", "failed", { physical: "none", error: "instrument" });
  await rig.pass(10_000);
  const by = { kind: "operator", name: "Ada" } as const;
  rig.engine.submit({ type: "device.release", device: "mixer-1", by, reason: "looked at it" });
  await rig.pass(60_000);
  expect(rig.end()?.kind).not.toBe("broken");
  expect(rig.events("step.intended")).toHaveLength(1);
});
